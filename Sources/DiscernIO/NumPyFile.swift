/// A matrix of floats in NumPy's format (`.npy`, version 1.0: little-endian, row-major), written as its rows
/// arrive. Their number is in the header, which is rewritten at the end.
package final class NumPyFile {
  private let file: OutputFile
  private let columnCount: Int
  /// The number of rows so far.
  package private(set) var rowCount = 0

  /// Opens the file; until `finish`, there is nothing at its path, or the old file.
  ///
  /// - Parameter target: a regular file, since the beginning of a pipe cannot be rewritten.
  package init(_ target: OutputTarget, columnCount: Int) throws(InputError) {
    guard target.isFile else {
      throw .unwritable(
        path: target.path,
        reason: "the number of rows comes first in the file, but is known only at the "
          + "end; name a file")
    }
    self.columnCount = columnCount
    file = try OutputFile(target, .replacing)
    try file.write(header)
  }

  /// - Parameter rows: [n, columns]
  package func append(_ rows: [Float]) throws(InputError) {
    precondition(rows.count % columnCount == 0, "a row was cut")
    rowCount += rows.count / columnCount
    let words = rows.map(\.bitPattern.littleEndian)
    try words.withUnsafeBufferPointer { words throws(InputError) in
      try file.write(UnsafeRawBufferPointer(words))
    }
  }

  package func finish() throws(InputError) {
    try file.rewriteBeginning(header)
    try file.finish()
  }

  /// The header: 128 bytes for any number of rows.
  private var header: [UInt8] {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rowCount), \(columnCount)), }"
    let padding = [UInt8](repeating: 0x20, count: 117 - text.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8) + padding + [0x0A]
  }
}
