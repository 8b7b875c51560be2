import DiscernSystem

extension AtomicFolder {
  /// The place of an unfinished folder.
  struct Opened {
    let parent: OpenFolder
    let made: SaveFolder
    /// Whether it is inside its destination, since it cannot be made next to it.
    let isInside: Bool
    let notes: [SaveNote]
    let createdParents: [String]
  }

  /// Makes the temporary folder; tries again if another save meanwhile replaced the existing model or removed
  /// parent folders that it had made.
  static func open(_ place: DestinationPath, format: BundleFormat) throws(BundleError) -> Opened {
    for _ in 1..<rounds {
      var seen = Seen()
      do throws(BundleError) {
        return try open(place, format: format, &seen)
      } catch {
        if seen.isThere(place) { throw error }
      }
    }
    var seen = Seen()
    return try open(place, format: format, &seen)
  }

  /// The folders that were found.
  private struct Seen {
    var parent: FileMark?
    var existing: FileMark?

    /// Whether they are still in their places.
    func isThere(_ place: DestinationPath) -> Bool {
      guard let parent, FileMark(path: place.parent)?.isSame(as: parent) ?? false else { return false }
      guard let existing else { return true }
      return FileMark(path: place.path)?.isSame(as: existing) ?? false
    }
  }

  private static func open(
    _ place: DestinationPath, format: BundleFormat, _ seen: inout Seen
  ) throws(BundleError) -> Opened {
    let createdParents = try place.makeParents()
    do throws(BundleError) {
      let parent = try openParent(place)
      seen.parent = parent.mark
      var leftovers = SaveFolder.Leftovers()
      var inside: OpenFolder?
      if let found = try self.existing(place, in: parent) {
        seen.existing = found.mark
        leftovers = try InPlaceReplacement.recover(found)
        _ = try modelFiles(in: found, format: format)
        let cannotBeside = faccessat(parent.descriptor, ".", W_OK | X_OK, 0) != 0
        // The working directory cannot be replaced without the shell losing it.
        let isHere = FileMark(path: ".")?.isSame(as: found.mark) ?? false
        if found.mark.device != parent.mark.device || cannotBeside || isHere { inside = found }
      }
      var notes: [SaveNote] = []
      if inside == nil {
        do throws(BundleError) {
          let found = try SaveFolder.removeDead(in: parent)
          leftovers.removed += found.removed
          leftovers.kept += found.kept
        } catch {
          notes.append(.cannotLookForLeftovers(reason: "\(error)"))
        }
      }
      if leftovers.removed > 0 {
        notes.append(.removedLeftovers(path: (inside ?? parent).path, count: leftovers.removed))
      }
      notes += leftovers.kept.map { .leftoverHoldsOtherFiles(path: $0) }
      return Opened(
        parent: parent, made: try SaveFolder(in: inside ?? parent), isInside: inside != nil, notes: notes,
        createdParents: createdParents)
    } catch {
      DestinationPath.removeFolders(createdParents)
      throw error
    }
  }
}
