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
 * The connections of a roaming client, and thus the places of its sessions. The session of a connection is known from its subscription or
 * from a message received on it. Confined to one thread, which passes in the client's events in order.
 */
final class Stays {
    /**
     * The time after which a node is no longer waited for when it does not say whether it has the client; it may just run on a busy
     * machine.
     */
    private static final long LATE_NANOS = Duration.ofSeconds(2).toNanos();

    private final List<Stay> all = new ArrayList<>();

    private static final class Stay {
        private final Answered answer;
        private boolean begins; // whether it started a new session
        private int session; // 0 while unknown

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

    /** Returns the session of the last connection whose session is known; 0 if there is none. */
    int lastSession() {
        int session = 0;
        for (Stay stay : all) {
            session = stay.session == 0 ? session : stay.session;
        }
        return session;
    }

    /**
     * Returns the nodes where a session may have been during a period: where it was last used, and where its client has tried to connect
     * since, because the session may have moved there whatever the answer was.
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

    /**
     * Describes the connections on which the client found a different session than before, although there was no cut and no node was late.
     */
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

    /** Returns whether the client was waiting for its session to move across the cut when the cut began. */
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
