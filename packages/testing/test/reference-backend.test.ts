import { referenceBackend, testBackend } from "@nn/testing";

testBackend("the reference", () => referenceBackend());
