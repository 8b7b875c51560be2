/// Examples in the order of their scores, for rankings in which each counts a whole number of times.
struct WeightedRanking: Sendable {
  /// [n] from the highest score to the lowest.
  private let order: [Int32]
  /// The end of each run of equal scores in `order`.
  private let ends: [Int32]
  /// [n] in the order of `order`.
  private let isPositive: [Bool]

  init(scores: [Double], isPositive: [Bool]) {
    let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    var ends: [Int32] = []
    for place in order.indices
    where place == order.count - 1 || scores[order[place]] != scores[order[place + 1]] {
      ends.append(Int32(place + 1))
    }
    self.order = order.map { Int32($0) }
    self.ends = ends
    self.isPositive = order.map { isPositive[$0] }
  }

  /// The ranking metrics. Cost: O(n).
  func values(_ weights: [Int32]) -> RankingMetrics {
    // Whole numbers keep the area exact: twice the number of correctly ranked pairs.
    var (twiceArea, positives, all) = (0, 0, 0)
    var precisionSum = 0.0
    var place = 0
    for end in ends {
      var (positivesHere, here) = (0, 0)
      while place < Int(end) {
        let weight = Int(weights[Int(order[place])])
        here += weight
        if isPositive[place] { positivesHere += weight }
        place += 1
      }
      twiceArea += (here - positivesHere) * (2 * positives + positivesHere)
      positives += positivesHere
      all += here
      if positivesHere > 0 {
        precisionSum += Double(positivesHere) * (Double(positives) / Double(all))
      }
    }
    let negatives = all - positives
    return RankingMetrics(
      rocAUC: positives == 0 || negatives == 0
        ? nil : Double(twiceArea) / (2 * Double(positives) * Double(negatives)),
      averagePrecision: positives == 0 ? nil : precisionSum / Double(positives))
  }
}
