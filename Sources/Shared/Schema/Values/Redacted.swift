/// A value that must not be seen where it was not asked for by name: it prints as nothing, in logs, errors and dumps
/// alike.
package struct Redacted<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value itself; every use of this word is a place to look at in a review.
    package let revealed: Value

    package init(_ value: Value) { revealed = value }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
