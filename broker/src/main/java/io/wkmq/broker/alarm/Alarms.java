package io.wkmq.broker.alarm;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The alarms of this node, in memory: at most {@value #ACTIVE_MAX} active ones, and the last {@value #HISTORY_MAX} that are
 * over. An alarm ends when its cause has been absent from {@value #QUIET_LOOKS} consecutive looks, so that a flapping problem
 * is one alarm rather than many. Thread-safe; {@link #look} and {@link #wasWrong} have to be called by one thread, which also
 * runs the listener.
 */
public final class Alarms {
    static final int ACTIVE_MAX = 1_000;
    static final int HISTORY_MAX = 1_000;
    static final int QUIET_LOOKS = 10;

    private final InstantSource clock;
    private final Consumer<Alarm> listener;

    @GuardedBy("this")
    private final Map<String, Watched> active = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Deque<Alarm> history = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<AlarmKind, Long> counts = new EnumMap<>(AlarmKind.class);

    /**
     * Creates an empty set of alarms.
     *
     * @param listener receives each alarm when it begins and when it ends
     */
    public Alarms(InstantSource clock, Consumer<Alarm> listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /** Updates the alarms to the given current problems. Called about once a second. */
    public void look(Collection<Cause> wrong) {
        changes(wrong).forEach(listener);
    }

    private synchronized List<Alarm> changes(Collection<Cause> wrong) {
        List<Alarm> changes = new ArrayList<>();
        active.values().forEach(watched -> watched.quiet++);
        for (Cause cause : wrong) {
            Watched known = active.get(cause.name());
            if (known != null) {
                known.quiet = 0;
            } else if (active.size() < ACTIVE_MAX) {
                Alarm alarm = new Alarm(cause, clock.instant(), null);
                active.put(cause.name(), new Watched(alarm));
                counts.merge(cause.kind(), 1L, Long::sum);
                changes.add(alarm);
            }
        }
        Iterator<Watched> all = active.values().iterator();
        while (all.hasNext()) {
            Watched watched = all.next();
            if (watched.quiet >= QUIET_LOOKS) {
                all.remove();
                changes.add(over(watched.alarm, clock.instant()));
            }
        }
        return changes;
    }

    /** Records a problem that became known only after its end. */
    public void wasWrong(Cause cause, Instant from, Instant until) {
        Alarm begun = new Alarm(cause, from, null);
        Alarm over;
        synchronized (this) {
            counts.merge(cause.kind(), 1L, Long::sum);
            over = over(begun, until);
        }
        listener.accept(begun);
        listener.accept(over);
    }

    @GuardedBy("this")
    private Alarm over(Alarm alarm, Instant until) {
        Alarm over = new Alarm(alarm.cause(), alarm.activatedAt(), until);
        history.addFirst(over);
        if (history.size() > HISTORY_MAX) {
            history.removeLast();
        }
        return over;
    }

    /** Returns the active alarms, oldest first. */
    public synchronized List<Alarm> active() {
        return active.values().stream().map(watched -> watched.alarm).toList();
    }

    /** Returns the alarms that are over, latest first. */
    public synchronized List<Alarm> history() {
        return List.copyOf(history);
    }

    /** Returns the number of alarms of each kind since the node's start. */
    public synchronized Map<AlarmKind, Long> counts() {
        return Map.copyOf(counts);
    }

    private static final class Watched {
        final Alarm alarm;
        int quiet;

        Watched(Alarm alarm) {
            this.alarm = alarm;
        }
    }
}
