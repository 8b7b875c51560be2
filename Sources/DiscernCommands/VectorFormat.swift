import ArgumentParser

/// How vectors are written.
enum VectorFormat: String, CaseIterable, ExpressibleByArgument {
  case jsonl, npy
}
