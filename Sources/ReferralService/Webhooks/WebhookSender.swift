import Foundation
import Schema
import ServiceCalls

/// One attempt to tell one webhook (Standard Webhooks 1.0).
struct WebhookSender: Sendable {
    let key: WebhookKey
    let caller: PartnerCaller
    /// How long a receiver may take.
    var patience = Duration.seconds(15)

    func send(_ errand: SendingRepository.Errand) async -> SendingRepository.Ending {
        let (delivery, webhook) = (errand.delivery, errand.webhook)
        guard delivery.attempts <= RetrySchedule.mostAttempts else {
            return failed(nil, "no attempt came to an end", delivery)
        }
        let now = Date()
        let timestamp = Int(now.timeIntervalSince1970)
        let body = delivery.payload
        let signatures = webhook.generations(at: now).map { generation in
            key.secret(of: webhook.id, generation: generation)
                .signature(id: delivery.id.text, timestamp: timestamp, body: body)
        }
        do throws(CallFailure) {
            let status = try await caller.post(
                body, to: webhook.url,
                headers: [
                    ("Content-Type", "application/json"), ("User-Agent", "spro-referral-service"),
                    ("webhook-id", delivery.id.text), ("webhook-timestamp", String(timestamp)),
                    ("webhook-signature", signatures.joined(separator: " ")),
                ], within: patience)
            switch status {
            case 200..<300: return .delivered(status: status)
            case 410: return .gone
            default: return failed(status, nil, delivery)
            }
        } catch {
            return failed(nil, error.description, delivery)
        }
    }

    private func failed(_ status: Int?, _ reason: String?, _ delivery: WebhookDelivery) -> SendingRepository.Ending {
        .failed(
            status: status, reason: reason.map { String($0.prefix(200)) },
            delay: RetrySchedule.delay(after: delivery.attempts))
    }
}
