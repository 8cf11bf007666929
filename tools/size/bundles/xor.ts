/** What a page that trains the XOR network imports. */
export { sequential } from "@nn/core";
export { js } from "@nn/backend-js";
export { dense, tanh } from "@nn/layers-dense";
export { mse } from "@nn/losses";
export { sgd } from "@nn/optimizers";
export { fit } from "@nn/trainer";
