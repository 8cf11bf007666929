export { planProduct } from "./plan.ts";
export type { BatchAxis, Matrix, Product } from "./product.ts";
