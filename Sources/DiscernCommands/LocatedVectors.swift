import Discern
import DiscernCorpus
import DiscernIO

/// Computes vectors of texts, and reports the place of one that is not finite.
///
/// - Parameter locations: the texts' locations, in order.
func locatingVectors<Vectors>(_ locations: [RecordLocation], _ make: () throws -> Vectors) throws -> Vectors {
  try locatingVectors({ "\(locations[$0]): the text's vector" }, make)
}

/// - Parameter place: describes a vector, given its number.
func locatingVectors<Vectors>(_ place: (Int) -> String, _ make: () throws -> Vectors) throws -> Vectors {
  do { return try make() } catch {
    guard case DiscernError.vector(let number) = error else { throw error }
    Console.error("\(place(number)): \(DiscernError.vectorReason)")
    throw ExitStatus.badData
  }
}
