import Schema

/// A schedule that a search can ask at every candidate: by its bits where they tell, else by itself. Both say the same.
struct IndexedOpenings: Sendable {
    let schedule: Schedule
    /// Shared by all who keep the same hours under the same calendar.
    let bits: WeekBits

    func state(at wall: ParisTime.Wall) -> OpeningHours.State {
        if schedule.isClosed(onDay: wall.day) { return .closed }
        // The bits do not know what the eve's closure takes away after midnight.
        guard !schedule.isClosed(onDay: wall.day - 1), let isOpen = bits.isOpen(at: wall) else {
            return schedule.state(at: wall)
        }
        return isOpen ? .open : .closed
    }
}
