package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.NotAppendedException.Reason;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.FilterTree;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels of an engine's registry, by name and by topic. A channel that is declared appears here once its group knows it. Thread-safe;
 * does not block.
 */
final class ChannelCatalog implements RegistryListener {
    private static final int NO_NUMBER = 0;

    private static final ChannelLog UNKNOWN = (message, scope) -> CompletableFuture.failedFuture(
            new NotAppendedException(Reason.BUSY, "This node does not know which channels there are", null));

    private final FilterTree<ChannelLog> captures = new FilterTree<>();
    private final Map<String, ChannelDefinition> byName = new ConcurrentHashMap<>();
    private final Map<TopicFilter, ChannelDefinition> byFilter = new ConcurrentHashMap<>();
    private final Map<String, EngineChannel> logs = new ConcurrentHashMap<>();

    /** Channels that take no messages yet because their data is still to be moved here. */
    private final Map<String, Announced> announced = new ConcurrentHashMap<>();

    /** Channels that this node kept alone and nobody has taken over yet: messages for them are always refused. */
    @GuardedBy("this")
    private final Map<String, ChannelDefinition> formers = new TreeMap<>();

    /** Channels whose groups have yet to learn their latest definition, by number. */
    @GuardedBy("this")
    private final Map<Integer, Coming> coming = new HashMap<>();

    private final GroupTurns turns;
    private volatile @Nullable Engine engine;

    /**
     * A channel whose group has yet to learn its latest definition.
     *
     * @param done completes when the group knows it, or it is obsolete
     */
    private record Coming(ChannelDefinition channel, CompletableFuture<Void> done) {}

    /**
     * A channel that takes no messages yet.
     *
     * @param registered whether the registry has it; otherwise only this node knows of it, and is to have it registered
     */
    private record Announced(ChannelDefinition channel, boolean registered) {}

    /** Creates a catalog that is empty until {@link #begin} is called. */
    ChannelCatalog(Timing timing) {
        turns = new GroupTurns(timing);
    }

    /** Follows the registry of the given engine from now on. Must be called once. */
    void begin(Engine from) {
        engine = from;
        from.listen(this);
    }

    /**
     * Adds a channel, or updates its definition, and captures its topics: its group knows the channel or will; until then the group refuses
     * messages for it.
     */
    synchronized void put(ChannelDefinition channel, long last) {
        Engine from = engine;
        if (from == null) {
            throw new IllegalStateException("Channel " + channel.name() + " is there before its engine");
        }
        EngineChannel log = logs.get(channel.name());
        Announced before = announced.remove(channel.name());
        byName.put(channel.name(), channel);
        byFilter.put(channel.filter(), channel);
        if (log == null) {
            EngineChannel made = new EngineChannel(from, channel.number(), channel.name(), last);
            logs.put(channel.name(), made);
            captures.put(channel.filter(), made);
        }
        displaced(before, channel);
    }

    /** Frees the topics of an announced channel whose name another channel has taken, unless this node still keeps the former one. */
    @GuardedBy("this")
    private void displaced(@Nullable Announced before, ChannelDefinition by) {
        if (before != null && !before.channel.filter().equals(by.filter()) && !formers.containsValue(before.channel)) {
            uncapture(before.channel);
        }
    }

    @Override
    public synchronized void announced(ChannelDefinition channel) {
        ChannelDefinition former = formers.get(channel.name());
        if (former != null && former.filter().equals(channel.filter())) {
            formers.remove(channel.name()); // from now on the registry decides
        }
        announce(channel, true);
    }

    /**
     * Adds a channel that this node kept alone: messages for it are refused although it is not in the registry yet, and has no number
     * there.
     */
    synchronized void former(ChannelDefinition channel) {
        if (announced.containsKey(channel.name())) {
            return; // the registry is authoritative
        }
        ChannelDefinition former = new ChannelDefinition(
                NO_NUMBER,
                channel.revision(),
                channel.name(),
                channel.filter(),
                channel.settings(),
                channel.createdAtMs());
        formers.put(channel.name(), former);
        refuse(former);
    }

    /** Refuses messages for a former channel; if another channel has its name, only captures its topics. */
    @GuardedBy("this")
    private void refuse(ChannelDefinition former) {
        if (!logs.containsKey(former.name()) && !announced.containsKey(former.name())) {
            announce(former, false);
        } else if (byFilter.putIfAbsent(former.filter(), former) == null) {
            captureRefusing(former);
        }
    }

    private synchronized void announce(ChannelDefinition channel, boolean registered) {
        ChannelDefinition same = byFilter.get(channel.filter());
        boolean taken = logs.containsKey(channel.name())
                || (same != null && !same.name().equals(channel.name()));
        if (taken || (!registered && announced.containsKey(channel.name()))) {
            return; // another channel has that name or filter, or the registry is authoritative
        }
        Announced before = announced.put(channel.name(), new Announced(channel, registered));
        byName.put(channel.name(), channel);
        byFilter.put(channel.filter(), channel);
        captureRefusing(channel);
        displaced(before, channel);
    }

    @GuardedBy("this")
    private void captureRefusing(ChannelDefinition channel) {
        String text = unmoved(channel.name());
        captures.put(
                channel.filter(),
                (message, scope) ->
                        CompletableFuture.failedFuture(new NotAppendedException(Reason.MOVING, text, null)));
    }

    private synchronized void uncapture(ChannelDefinition channel) {
        if (byFilter.remove(channel.filter(), channel)) {
            captures.remove(channel.filter());
        }
    }

    /** Drops what this node knew of a channel it kept alone, which has been moved or removed: from now on only the registry counts. */
    synchronized void forget(ChannelDefinition channel) {
        ChannelDefinition former = formers.remove(channel.name());
        Announced known = announced.get(channel.name());
        if (known == null && former != null) {
            uncapture(former);
        }
        boolean put =
                coming.values().stream().anyMatch(next -> next.channel.name().equals(channel.name()));
        if (known != null && !known.registered && !put) {
            announced.remove(channel.name());
            byName.remove(channel.name(), known.channel);
            uncapture(known.channel);
        }
    }

    /** Returns why a channel cannot be used; null if it can. */
    @Nullable
    String whyNot(String name) {
        return announced.containsKey(name) ? unmoved(name) : null;
    }

    private static String unmoved(String name) {
        return "Channel " + name + " is still to be moved from the node that kept it alone: say there"
                + " wkctl channels replicate";
    }

    /**
     * Returns the names of the channels that cannot be used yet, including those that cannot be moved because another channel has their
     * name or topics.
     */
    synchronized SortedSet<String> announced() {
        SortedSet<String> names = new TreeSet<>(announced.keySet());
        names.addAll(formers.keySet());
        return names;
    }

    @Override
    public void changed(ChannelDefinition channel) {
        Coming next = new Coming(channel, new CompletableFuture<>());
        Coming before;
        synchronized (this) {
            before = coming.put(channel.number(), next);
        }
        if (before != null) {
            var unused = next.done.whenComplete((nothing, failure) -> before.done.complete(null));
        }
        Engine from = engine;
        if (from == null) {
            return;
        }
        if (from.behind()) {
            known(next); // other nodes may have had it for long, and its group may take a while to answer this node
        }
        turns.add(from.group(channel.number()), new Configuring(next));
    }

    private final class Configuring implements GroupTurns.Telling {
        private final Coming next;

        private Configuring(Coming next) {
            this.next = next;
        }

        @Override
        public CompletionStage<Boolean> tell() {
            Engine from = engine;
            if (from == null || !isComing(next)) {
                return CompletableFuture.completedFuture(false);
            }
            return from.configure(next.channel.number(), next.channel.rules()).handle((nothing, failure) -> {
                Throwable cause = Causes.orNull(failure);
                if (cause != null) {
                    known(next);
                }
                if (cause != null && !(cause instanceof LogClosedException)) {
                    throw new CompletionException(cause);
                }
                settle(next, cause);
                return cause == null;
            });
        }

        @Override
        public void held() {
            known(next);
        }
    }

    /** Adds a channel known to this node but not to its group yet: its messages are refused instead of passing for ordinary ones. */
    private synchronized void known(Coming next) {
        if (isComing(next)) {
            put(next.channel, 0);
        }
    }

    private synchronized boolean isComing(Coming next) {
        return next.equals(coming.get(next.channel.number()));
    }

    private void settle(Coming next, @Nullable Throwable failure) {
        synchronized (this) {
            if (coming.remove(next.channel.number(), next) && failure == null) {
                put(next.channel, 0);
            }
        }
        if (failure == null) {
            next.done.complete(null);
        } else {
            next.done.completeExceptionally(failure);
        }
    }

    @Override
    public void gone(ChannelDefinition channel) {
        Coming before;
        synchronized (this) {
            before = coming.remove(channel.number());
            ChannelDefinition known = byName.get(channel.name());
            if (known != null && known.number() == channel.number()) {
                captures.remove(known.filter());
                byName.remove(known.name());
                byFilter.remove(known.filter());
                logs.remove(known.name());
                announced.remove(known.name());
            }
            formers.values().forEach(this::refuse); // those that this channel stood in the way of
        }
        if (before != null) {
            before.done.complete(null);
        }
    }

    /** Completes when the latest known definition of a channel is in effect in its group, or the channel is gone. */
    synchronized CompletionStage<Void> settled(int number) {
        Coming next = coming.get(number);
        return next == null ? CompletableFuture.completedFuture(null) : next.done;
    }

    @Nullable
    ChannelLog capturing(TopicName topic) {
        Engine from = engine;
        if (from != null && from.blind() && !topic.reserved()) {
            return UNKNOWN;
        }
        return captures.size() == 0 || topic.reserved() ? null : captures.find(topic);
    }

    Collection<ChannelDefinition> all() {
        return byName.values();
    }

    @Nullable
    ChannelDefinition find(String name) {
        return byName.get(name);
    }

    @Nullable
    ChannelDefinition find(TopicFilter filter) {
        return byFilter.get(filter);
    }

    /** Returns the channels' last sequence numbers, as far as this node knows. */
    ChannelFigures.Ends ends() {
        NavigableMap<String, Long> last = new TreeMap<>();
        logs.forEach((name, log) -> {
            long seq = log.last();
            if (seq > 0 && (last.size() < ChannelFigures.Ends.SHOWN_MAX || name.compareTo(last.lastKey()) < 0)) {
                last.put(name, seq);
                if (last.size() > ChannelFigures.Ends.SHOWN_MAX) {
                    last.pollLastEntry();
                }
            }
        });
        return new ChannelFigures.Ends(logs.size(), last);
    }
}
