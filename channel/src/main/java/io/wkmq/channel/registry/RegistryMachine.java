package io.wkmq.channel.registry;

import io.wkmq.channel.registry.RegistryAnswer.Done;
import io.wkmq.channel.registry.RegistryAnswer.Listed;
import io.wkmq.channel.registry.RegistryAnswer.Refused;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state machine of the registry group: which channels and which nodes there are. Pure: entries in, answers out. Owned by the
 * thread that applies the log.
 */
public final class RegistryMachine {
    /** Maximum number of declared channels. */
    public static final int CHANNELS_MAX = 1_000_000;

    private final Map<String, ChannelDefinition> channels = new TreeMap<>();
    private final FilterTree<ChannelDefinition> filters = new FilterTree<>();
    private final Set<Integer> deleted = new TreeSet<>();

    /** The numbers of all channels ever taken over, including deleted ones. */
    private final Map<Origin, Integer> origins = new LinkedHashMap<>();

    /** The numbers of channels whose import is not complete. */
    private final Set<Integer> coming = new TreeSet<>();

    private final RegisteredNodes nodes = new RegisteredNodes();
    private int nextNumber = 1;
    private long applied;

    /** Returns the index of the last applied entry. */
    public long applied() {
        return applied;
    }

    /** Returns all channels, ordered by name. */
    public Collection<ChannelDefinition> channels() {
        return channels.values();
    }

    /** Returns the channel with this name; null if there is none. */
    public @Nullable ChannelDefinition find(String name) {
        return channels.get(name);
    }

    /** Returns the numbers of deleted channels of which their groups may still have data. */
    public Collection<Integer> deleted() {
        return deleted;
    }

    /** Returns the progress of taking over a channel of a standalone node. */
    public Takeover takeover(Origin origin) {
        Integer number = origins.get(origin);
        if (number == null) {
            return Takeover.NONE;
        }
        return coming.contains(number) ? Takeover.COMING : Takeover.DONE;
    }

    /** Returns whether the channel's import is not complete. */
    public boolean coming(int number) {
        return coming.contains(number);
    }

    /** Returns the nodes, in the order in which they became known. */
    public Collection<RegisteredNode> nodes() {
        return nodes.all();
    }

    Map<Origin, Integer> origins() {
        return origins;
    }

    Collection<Integer> coming() {
        return coming;
    }

    int nextNumber() {
        return nextNumber;
    }

    /** Applies an entry that changes nothing. */
    public void skip(long index) {
        next(index);
    }

    /** Applies an entry; returns its answer, or null if it was applied before or has no answer. */
    public @Nullable RegistryAnswer apply(long index, RegistryOp op) {
        if (!next(index)) {
            return null;
        }
        if (op instanceof RegistryOp.Create create) {
            return create(create);
        }
        if (op instanceof RegistryOp.Alter alter) {
            return alter(alter);
        }
        if (op instanceof RegistryOp.Delete delete) {
            return delete(delete.name());
        }
        if (op instanceof RegistryOp.TakeOver taken) {
            return takeOver(taken);
        }
        if (op instanceof RegistryOp.TakenOver taken) {
            return takenOver(taken);
        }
        if (op instanceof RegistryOp.OfNode said) {
            RegisteredNode node = nodes.apply(said);
            return node == null ? new Refused("There is no node " + said.node()) : new Listed(node);
        }
        deleted.remove(((RegistryOp.Dropped) op).number());
        return null;
    }

    /** Reserves this channel number and all lower ones, because data of a channel that had it was found. */
    public void beyond(int number) {
        nextNumber = Math.max(nextNumber, number + 1);
    }

    private boolean next(long index) {
        if (index <= applied) {
            return false;
        }
        applied = index;
        return true;
    }

    private RegistryAnswer takeOver(RegistryOp.TakeOver taken) {
        Integer number = origins.get(taken.origin());
        if (number != null) {
            ChannelDefinition known = channels.get(taken.name());
            return known != null && known.number() == number
                    ? new Done(known)
                    : new Refused("Channel " + taken.name() + " was taken over and is removed");
        }
        RegistryAnswer answer =
                create(new RegistryOp.Create(taken.name(), taken.filter(), taken.settings(), taken.timeMs()));
        if (answer instanceof Done made) {
            origins.put(taken.origin(), made.channel().number());
            coming.add(made.channel().number());
        }
        return answer;
    }

    private RegistryAnswer takenOver(RegistryOp.TakenOver taken) {
        ChannelDefinition known = channels.get(taken.name());
        if (known == null || known.number() != taken.number()) {
            return unknown(taken.name());
        }
        coming.remove(taken.number());
        return new Done(known);
    }

    private RegistryAnswer create(RegistryOp.Create create) {
        if (channels.containsKey(create.name())) {
            return new Refused("There is a channel " + create.name() + " already");
        }
        if (channels.size() >= CHANNELS_MAX || nextNumber == Integer.MAX_VALUE) {
            return new Refused("There are " + channels.size() + " channels; expected at most " + CHANNELS_MAX);
        }
        ChannelDefinition made;
        try {
            made = new ChannelDefinition(
                    nextNumber, 1, create.name(), create.filter(), create.settings(), create.timeMs());
        } catch (IllegalArgumentException e) {
            return new Refused(String.valueOf(e.getMessage()));
        }
        ChannelDefinition other = filters.overlapping(made.filter());
        if (other != null) {
            return new Refused("The filter " + made.filter() + " matches topics that the filter " + other.filter()
                    + " of channel " + other.name() + " matches too; expected a topic to be in one channel only");
        }
        nextNumber++;
        add(made);
        return new Done(made);
    }

    private RegistryAnswer alter(RegistryOp.Alter alter) {
        ChannelDefinition before = channels.get(alter.name());
        if (before == null) {
            return unknown(alter.name());
        }
        if (coming.contains(before.number())) {
            return new Refused("Channel " + alter.name() + " is being taken over; its settings can be changed then");
        }
        ChannelDefinition after = new ChannelDefinition(
                before.number(),
                before.revision() + 1,
                before.name(),
                before.filter(),
                alter.settings(),
                before.createdAtMs());
        add(after);
        return new Done(after);
    }

    private RegistryAnswer delete(String name) {
        ChannelDefinition gone = channels.remove(name);
        if (gone == null) {
            return unknown(name);
        }
        filters.remove(gone.filter());
        deleted.add(gone.number());
        coming.remove(gone.number());
        return new Done(gone);
    }

    private static Refused unknown(String name) {
        return new Refused("There is no channel " + name);
    }

    private void add(ChannelDefinition channel) {
        channels.put(channel.name(), channel);
        filters.put(channel.filter(), channel);
    }

    void restore(Collection<RegisteredNode> known) {
        nodes.restore(known);
    }

    void restore(Map<Origin, Integer> from, Collection<Integer> stillComing) {
        origins.putAll(from);
        coming.addAll(stillComing);
    }

    void restore(long index, int number, Collection<ChannelDefinition> all, Collection<Integer> gone) {
        applied = index;
        nextNumber = number;
        all.forEach(this::add);
        deleted.addAll(gone);
    }
}
