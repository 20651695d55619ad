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
 * The channels that an engine's registry has, by name and by topic. A channel that is declared is here once its group knows it. Thread-safe;
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

    /** Channels that take nothing yet, for what they have is still to come. */
    private final Map<String, Announced> announced = new ConcurrentHashMap<>();

    /** Channels that this node kept alone and nobody has taken over yet: messages for them are refused whatever else there is. */
    @GuardedBy("this")
    private final Map<String, ChannelDefinition> formers = new TreeMap<>();

    /** Channels whose groups have yet to hear what they are now, by their numbers. */
    @GuardedBy("this")
    private final Map<Integer, Coming> coming = new HashMap<>();

    private final GroupTurns turns;
    private volatile @Nullable Engine engine;

    /**
     * A channel whose group has yet to hear what it is now.
     *
     * @param done when it has, or it does not matter any more
     */
    private record Coming(ChannelDefinition channel, CompletableFuture<Void> done) {}

    /**
     * A channel that takes nothing yet.
     *
     * @param registered whether the registry has it; else this node alone knows of it, which is to have it registered
     */
    private record Announced(ChannelDefinition channel, boolean registered) {}

    /** Has no channels before it {@link #begin begins}. */
    ChannelCatalog(Timing timing) {
        turns = new GroupTurns(timing);
    }

    /** Gets what it has from that engine from now on. Once. */
    void begin(Engine from) {
        engine = from;
        from.listen(this);
    }

    /** What its group knows is that, or will be: messages for it are taken, and refused if not. */
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

    /** Another channel has the name of one, whose topics are free for others then, unless this node still has it. */
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
            formers.remove(channel.name()); // from now on the registry says what it is
        }
        announce(channel, true);
    }

    /** A channel that this node kept alone: messages for it are refused, though it is not in the registry yet, and has no number there. */
    synchronized void former(ChannelDefinition channel) {
        if (announced.containsKey(channel.name())) {
            return; // the registry knows better
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

    /** If another channel has its name, its topics alone. */
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
            return; // there is another one of that name or filter, or the registry knows better
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

    /** A channel that this node kept alone is with the others now, or is removed: it is only what the registry says. */
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

    /** Why nobody can use a channel; null if there is no such reason. */
    @Nullable
    String whyNot(String name) {
        return announced.containsKey(name) ? unmoved(name) : null;
    }

    private static String unmoved(String name) {
        return "Channel " + name + " is still to be moved from the node that kept it alone: say there"
                + " wkctl channels replicate";
    }

    /** The names of the channels that nobody can use yet, and of those that are not moved for another one has their name or topics. */
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
            known(next); // others have it for long, perhaps: its group may need its time to say so to this node
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

    /** Its group does not know it yet, but this node does: messages for it are refused, and not taken for such as are in no channel. */
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
            formers.values().forEach(this::refuse); // those that it was in the way of
        }
        if (before != null) {
            before.done.complete(null);
        }
    }

    /** Completes when what was told of a channel so far is so, or the channel is gone. */
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

    /** How far the channels are, as far as this node was told. */
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
