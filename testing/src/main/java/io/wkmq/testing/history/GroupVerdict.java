package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with the history of a share group, and what is worth knowing.
 *
 * @param lost messages that were acknowledged and that no member got
 * @param doubled messages that were taken more than once, by whomever
 * @param invented messages that a member got and nobody published
 * @param ended connections that ended without the client wanting it
 * @param acknowledged how many messages were acknowledged
 * @param excused how many were lost or doubled that may be
 */
public record GroupVerdict(
        List<String> lost,
        List<String> doubled,
        List<String> invented,
        List<String> ended,
        long acknowledged,
        long excused) {
    /** Keeps the lists as they are now. */
    public GroupVerdict {
        lost = List.copyOf(lost);
        doubled = List.copyOf(doubled);
        invented = List.copyOf(invented);
        ended = List.copyOf(ended);
    }

    /** All that is wrong with messages. */
    public List<String> wrongMessages() {
        List<String> wrong = new ArrayList<>(lost);
        wrong.addAll(doubled);
        wrong.addAll(invented);
        return wrong;
    }
}
