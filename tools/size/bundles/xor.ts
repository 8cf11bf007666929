/** What a page that trains the XOR network imports. */
export * from "@nn/core";
