import Foundation
import Schema

/// Judges an application by its call, on the day of the database's clock.
struct ApplicationJudge: Sendable {
    let call: Call
    let geography: Geography

    func findings(_ application: Application) -> [CriterionFinding] {
        let judge = CriterionJudge(
            procedure: call.procedure, geography: geography, day: call.today.daysSinceEpoch)
        return judge.findings(of: application.draft, application.candidates.map(\.structure))
    }

    /// What a draft's criteria would be found to be now; nothing of what is filed, which keeps what was found then.
    func preview(_ application: Application) -> [CriterionFinding] {
        application.findings == nil ? findings(application) : []
    }

    func json(_ findings: [CriterionFinding]) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 8192)
        json.array(of: findings) { $1.write(to: &$0) }
        return json.bytes
    }
}
