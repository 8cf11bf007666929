export * from "@nn/core";
