import type { WgslFunction } from "./functions.ts";

const code = `
fn threefry(first : i32, second : i32, counter : i32, e : i32) -> i32 {
  var keys = vec3<u32>(bitcast<u32>(second), bitcast<u32>(first ^ second) ^ 0x1bd11bdau, bitcast<u32>(first));
  var x = bitcast<u32>(counter) + bitcast<u32>(first);
  var y = bitcast<u32>(e >> 1u) + bitcast<u32>(second);
  var odd = vec4<u32>(13u, 15u, 26u, 6u);
  var even = vec4<u32>(17u, 29u, 16u, 24u);
  for (var turn = 1u; turn <= 5u; turn++) {
    x += y; y = ((y << odd.x) | (y >> (32u - odd.x))) ^ x;
    x += y; y = ((y << odd.y) | (y >> (32u - odd.y))) ^ x;
    x += y; y = ((y << odd.z) | (y >> (32u - odd.z))) ^ x;
    x += y; y = ((y << odd.w) | (y >> (32u - odd.w))) ^ x;
    x += keys.x;
    y += keys.y + turn;
    keys = keys.yzx;
    let swap = odd; odd = even; even = swap;
  }
  return bitcast<i32>(select(x, y, (e & 1) == 1));
}`;

/** A word of Threefry-2x32 with 20 rounds (Salmon et al. 2011), as the kernel's lowering describes it. */
export const threefry: WgslFunction = ["threefry", code];
