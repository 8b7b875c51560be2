import DiscernIO

/// A value's JSON object with one additional member, if there is one.
struct WithMember<Base: Encodable, Member: Encodable>: Encodable {
  let base: Base
  let name: String
  let member: Member?

  func encode(to encoder: any Encoder) throws {
    try base.encode(to: encoder)
    var container = encoder.container(keyedBy: AnyCodingKey.self)
    try container.encodeIfPresent(member, forKey: AnyCodingKey(name))
  }
}
