package io.wkmq.testing.history;

import java.util.ArrayList;
import java.util.List;

/**
 * The verdict on the history of a share group, with statistics.
 *
 * @param lost acknowledged messages that no member received
 * @param doubled messages that were received more than once, by any members
 * @param invented messages that a member received and nobody published
 * @param ended connections that ended unexpectedly
 * @param acknowledged how many messages were acknowledged
 * @param excused how many messages were lost or duplicated permissibly
 */
public record GroupVerdict(
        List<String> lost,
        List<String> doubled,
        List<String> invented,
        List<String> ended,
        long acknowledged,
        long excused) {
    /** Copies the lists. */
    public GroupVerdict {
        lost = List.copyOf(lost);
        doubled = List.copyOf(doubled);
        invented = List.copyOf(invented);
        ended = List.copyOf(ended);
    }

    /** Returns all violations that concern messages. */
    public List<String> wrongMessages() {
        List<String> wrong = new ArrayList<>(lost);
        wrong.addAll(doubled);
        wrong.addAll(invented);
        return wrong;
    }
}
