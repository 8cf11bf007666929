import { js } from "@nn/backend-js";
import { testBackend } from "@nn/testing";

testBackend("@nn/backend-js", () => js());
