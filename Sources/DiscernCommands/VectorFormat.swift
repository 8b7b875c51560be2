import ArgumentParser

/// The format in which vectors are written.
enum VectorFormat: String, CaseIterable, ExpressibleByArgument {
  case jsonl, npy
}
