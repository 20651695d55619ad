package io.wkmq.testing.history;

import io.wkmq.testing.history.Event.Answered;
import io.wkmq.testing.history.Event.Received;
import io.wkmq.testing.history.Event.Subscribed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the sessions of a client were that goes from node to node. Which session a connection was of is known by its subscription, or by
 * what came on it. Used by one thread, with the client's events in their order.
 */
final class Stays {
    /** A node that does not say for so long whether it has a client is not waited for: on a machine that is too busy, too. */
    private static final long LATE_NANOS = Duration.ofSeconds(2).toNanos();

    private final List<Stay> all = new ArrayList<>();

    private static final class Stay {
        private final Answered answer;
        private boolean begins; // a session
        private int session; // 0 as long as it is not known

        Stay(Answered answer) {
            this.answer = answer;
        }

        long askedNanos() {
            return answer.nanos() - answer.tookNanos();
        }

        boolean accepted() {
            return answer.code() == 0;
        }

        boolean overlaps(Cut cut, String home) {
            return cut.excuses(home, answer.node(), askedNanos(), answer.nanos());
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void take(Answered answer) {
        all.add(new Stay(answer));
    }

    void take(Subscribed subscribed) {
        Stay last = last();
        if (last != null) {
            last.begins = true;
            last.session = subscribed.session();
        }
    }

    void take(Received received) {
        Stay last = last();
        if (last != null && last.accepted()) {
            last.session = received.session();
        }
    }

    private @Nullable Stay last() {
        return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    /** The session of the last connection of which that is known; 0 if it is of none. */
    int lastSession() {
        int session = 0;
        for (Stay stay : all) {
            session = stay.session == 0 ? session : stay.session;
        }
        return session;
    }

    /**
     * The nodes where a session may have been at a time: where it was used last, and where its client has asked for it since, for it may
     * have come there whatever the answer was.
     */
    Set<String> homes(int session, long fromNanos, long toNanos) {
        Set<String> homes = new LinkedHashSet<>();
        for (Stay stay : all) {
            if (stay.askedNanos() - toNanos > 0) {
                break;
            }
            if (stay.session == session && stay.accepted() && stay.answer.nanos() - fromNanos <= 0) {
                homes.clear();
            }
            if (stay.session == session || stay.session == 0) {
                homes.add(stay.answer.node());
            }
        }
        return homes;
    }

    /** The connections on which the client found another session than before, although no cut lay between, and no node was late. */
    List<String> changes(List<Cut> cuts) {
        List<String> changes = new ArrayList<>();
        int before = 0;
        for (Stay stay : all) {
            if (stay.session == 0 || stay.session == before) {
                continue;
            }
            if (before > 0 && !excused(stay, before, cuts)) {
                changes.add(stay.answer.client() + " found on " + stay.answer.node() + (stay.begins ? " a new" : " its")
                        + " session " + stay.session + " instead of " + before + ", which was on "
                        + homesBefore(stay, before));
            }
            before = stay.session;
        }
        return changes;
    }

    /** Whether the client waited for its session to come from one side of a cut to the other when that began. */
    boolean crossing(Cut cut) {
        int before = 0;
        for (Stay stay : all) {
            boolean waiting = stay.askedNanos() - cut.fromNanos() <= 0 && cut.fromNanos() - stay.answer.nanos() <= 0;
            if (waiting && homesBefore(stay, before).stream().anyMatch(home -> stay.overlaps(cut, home))) {
                return true;
            }
            before = stay.session == 0 ? before : stay.session;
        }
        return false;
    }

    private boolean excused(Stay stay, int before, List<Cut> cuts) {
        boolean late = stay.answer.tookNanos() >= LATE_NANOS;
        return late
                || homesBefore(stay, before).stream()
                        .anyMatch(home -> cuts.stream().anyMatch(cut -> stay.overlaps(cut, home)));
    }

    private Set<String> homesBefore(Stay stay, int session) {
        long justBefore = stay.askedNanos() - 1;
        return homes(session, justBefore, justBefore);
    }
}
