// DiscernTensor
