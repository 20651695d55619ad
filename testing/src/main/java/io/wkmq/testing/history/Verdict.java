package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.List;

/**
 * The verdict on a history, with statistics.
 *
 * @param lost acknowledged messages that were owed to a subscriber and did not arrive, one line per publisher and subscriber
 * @param reordered messages of a publisher that first arrived at a subscriber after a later one
 * @param doubled messages that a subscriber received twice with QoS 0 or 2
 * @param invented messages that a subscriber received and nobody published
 * @param ended connections that ended unexpectedly, and sessions that were lost
 * @param changed sessions that a client did not find again, or found replaced, although there was no cut
 * @param crossing clients that were waiting for their session to move across a cut when the cut began
 * @param acknowledged how many messages were acknowledged
 * @param owed how many deliveries of those were owed to all subscribers together
 * @param received how many deliveries arrived, not counting duplicates
 * @param duplicates how many duplicates arrived
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
    /** Copies the lists. */
    public Verdict {
        lost = List.copyOf(lost);
        reordered = List.copyOf(reordered);
        doubled = List.copyOf(doubled);
        invented = List.copyOf(invented);
        ended = List.copyOf(ended);
        changed = List.copyOf(changed);
        crossing = List.copyOf(crossing);
    }

    /** As {@link #wrongMessages}, without the sessions that were crossing a cut when it began: they may exist on both sides. */
    public List<String> wrongMessagesButOfCrossing() {
        return wrongMessages().stream()
                .filter(wrong -> crossing.stream().noneMatch(client -> wrong.startsWith(client + " in session ")))
                .toList();
    }

    /** Returns all violations that concern messages, regardless of which ended connections a test allows. */
    public List<String> wrongMessages() {
        List<String> wrong = new ArrayList<>(lost);
        wrong.addAll(reordered);
        wrong.addAll(doubled);
        wrong.addAll(invented);
        return wrong;
    }
}
