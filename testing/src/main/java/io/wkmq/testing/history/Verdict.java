package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a history, and what is worth knowing.
 *
 * @param lost which messages that were acknowledged and owed to a subscriber did not come, a line for each publisher
 * @param reordered messages of one publisher that a subscriber got for the first time after a later one
 * @param doubled messages that a subscriber got twice with QoS 0 or 2
 * @param invented messages that a subscriber got and nobody published
 * @param ended connections that ended without the client wanting it, and sessions that were lost
 * @param changed sessions that a client did not find again, or another one in their place, although no cut lay between
 * @param crossing clients that waited for their session to come from one side of a cut to the other when that began
 * @param acknowledged how many messages were acknowledged
 * @param owed how many of those the subscribers together had to get
 * @param received how many came, the first time each
 * @param duplicates how many came another time
 */
public record Verdict(
        List<String> lost,
        List<String> reordered,
        List<String> doubled,
        List<String> invented,
        List<String> ended,
        List<String> changed,
        List<String> crossing,
        long acknowledged,
        long owed,
        long received,
        long duplicates) {
    /** Keeps the lists as they are now. */
    public Verdict {
        lost = List.copyOf(lost);
        reordered = List.copyOf(reordered);
        doubled = List.copyOf(doubled);
        invented = List.copyOf(invented);
        ended = List.copyOf(ended);
        changed = List.copyOf(changed);
        crossing = List.copyOf(crossing);
    }

    /** The same without what sessions got that were crossing when a cut began: both sides may have them. */
    public List<String> wrongMessagesButOfCrossing() {
        return wrongMessages().stream()
                .filter(wrong -> crossing.stream().noneMatch(client -> wrong.startsWith(client + " in session ")))
                .toList();
    }

    /** All that is wrong, whatever a test allows in connections that ended. */
    public List<String> wrongMessages() {
        List<String> wrong = new ArrayList<>(lost);
        wrong.addAll(reordered);
        wrong.addAll(doubled);
        wrong.addAll(invented);
        return wrong;
    }
}
