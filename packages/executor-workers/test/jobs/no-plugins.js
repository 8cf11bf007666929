export const run = async () => ({ value: null, tensors: {} });
