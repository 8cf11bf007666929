import { jit, matmul, reshape, sliceAxis, tensor, type Tensor } from "@nn/core";
import { openBackend } from "../ours/open.ts";
import { answer, type ProductTask, readTask } from "../task.ts";
import { measureProduct } from "./measure.ts";

/** The process in which our backend multiplies. */
const task = readTask<ProductTask>();
const backend = await openBackend(task.backend!);
if (backend === undefined) answer({ missing: `${task.backend!.package} is not there` });
else
  answer(
    await measureProduct(task, async ({ size, a, b }) => {
      const shape = [size, size];
      const [left, right] = [tensor(backend, a, { shape }), tensor(backend, b, { shape })];
      const multiply = jit((left: Tensor, right: Tensor) => matmul(left, right));
      const corner = jit((x: Tensor) => reshape(sliceAxis(sliceAxis(x, 0, 0, 1), 1, 0, 1), []));
      let product: Tensor | undefined;
      return {
        version: `jit(matmul), Node ${process.versions.node}`,
        async run(times) {
          for (let i = 0; i < times; i++) {
            product?.dispose();
            product = multiply(left, right);
          }
          // One element, which is there when all that was queued before is done.
          using element = corner(product!);
          await element.read();
        },
        async read() {
          return (await product!.read()) as Float32Array;
        },
      };
    }),
  );
