package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.Origin;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryMachine;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.registry.Takeover;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node's replica of the registry, whose group number follows those of all others. Confined to its loop, except for {@link #sync}. */
final class RegistryReplica implements Replica {
    /** With at most this many channels per entry, rewriting all of them is acceptable. */
    private static final int CHANNELS_PER_ENTRY = 64;

    /**
     * The time for which a change waits for others before a checkpoint, plus 1 ms per {@link #CHANNELS_PER_MS} channels: this bounds the
     * write rate of slowly arriving changes.
     */
    private static final long CHECKPOINT_MS = 500;

    private static final int CHANNELS_PER_MS = 10;

    private final int group;
    private final boolean eager;
    private final NodeTable table;
    private RegistryMachine machine;
    private volatile @Nullable RegistryListener listener;
    private long checkpointed;

    /**
     * Restores the last checkpoint.
     *
     * @param eager whether a checkpoint is due soon after a change, so that a node that starts alone knows the channels
     */
    RegistryReplica(int group, NodeTable table, boolean eager) throws IOException {
        this.group = group;
        this.eager = eager;
        this.table = table;
        this.machine = read(group, table);
        this.checkpointed = machine.applied();
    }

    private static RegistryMachine read(int group, NodeTable table) throws IOException {
        RegistryMachine machine = new RegistryMachine();
        byte[] state = table.group(group);
        if (state != null) {
            RegistryCodec.decode(state, machine);
        }
        return machine;
    }

    /** Sets the only listener of future changes. */
    void listen(RegistryListener told) {
        listener = told;
    }

    /** Notifies the listener again of a channel, if it is unchanged. */
    void repeat(ChannelDefinition channel) {
        RegistryListener told = listener;
        if (told != null && channel.equals(machine.find(channel.name()))) {
            tell(told, channel);
        }
    }

    /** Returns all channels. */
    List<ChannelDefinition> channels() {
        return List.copyOf(machine.channels());
    }

    /** Returns the channel with this name; null if there is none. */
    @Nullable
    ChannelDefinition find(String name) {
        return machine.find(name);
    }

    /** Returns the nodes on record. */
    List<RegisteredNode> nodes() {
        return List.copyOf(machine.nodes());
    }

    /** Returns the progress of taking over a channel of a standalone node. */
    Takeover takeover(Origin origin) {
        return machine.takeover(origin);
    }

    /** Returns whether the channel's import is not complete. */
    boolean coming(int number) {
        return machine.coming(number);
    }

    /** Reserves this channel number and all lower ones. Saved by the next checkpoint. */
    void beyond(int number) {
        machine.beyond(number);
    }

    /** Returns the numbers of deleted channels of which their groups may still have data. */
    List<Integer> deleted() {
        return List.copyOf(machine.deleted());
    }

    @Override
    public int group() {
        return group;
    }

    @Override
    public long applied() {
        return machine.applied();
    }

    @Override
    public byte[] apply(long index, byte[] op) {
        RegistryOp change = RegistryCodec.decode(op);
        RegistryAnswer answer = machine.apply(index, change);
        RegistryListener told = listener;
        if (told != null && answer instanceof RegistryAnswer.Done done) {
            if (change instanceof RegistryOp.Delete) {
                told.gone(done.channel());
            } else {
                tell(told, done.channel());
            }
        }
        return RegistryCodec.encode(answer);
    }

    private void tell(RegistryListener told, ChannelDefinition channel) {
        if (machine.coming(channel.number())) {
            told.announced(channel);
        } else {
            told.changed(channel);
        }
    }

    @Override
    public void newTerm(long index) {
        machine.skip(index);
    }

    /** Returns false: entries are small, and deleting a channel frees space. */
    @Override
    public boolean takesSpace(byte[] op) {
        return false;
    }

    @Override
    public void flush() {
        // it has no records
    }

    @Override
    public void settle() {
        // readers ask the loop
    }

    @Override
    public long checkpointed() {
        return checkpointed;
    }

    @Override
    public boolean crowded() {
        return eager && machine.applied() - checkpointed > machine.channels().size() / CHANNELS_PER_ENTRY;
    }

    /** Grows with the amount to be written. */
    @Override
    public long checkpointWithinMs() {
        return eager ? CHECKPOINT_MS + machine.channels().size() / CHANNELS_PER_MS : 0;
    }

    @Override
    public GroupRows checkpoint() {
        checkpointed = machine.applied();
        return new GroupRows(group, RegistryCodec.encode(machine), Map.of());
    }

    @Override
    public void sync() {
        // it has no records
    }

    @Override
    public void saved() {
        // everything is in its row
    }

    @Override
    public void forsake(int channel) {
        throw new IllegalStateException("Channel " + channel + " has nothing but its definition in the registry");
    }

    @Override
    public Set<Integer> pause() {
        return Set.of();
    }

    @Override
    public void resume() throws IOException {
        RegistryMachine before = machine;
        machine = read(group, table);
        checkpointed = machine.applied();
        RegistryListener told = listener;
        if (told == null) {
            return;
        }
        for (ChannelDefinition channel : before.channels()) {
            ChannelDefinition now = machine.find(channel.name());
            if (now == null || now.number() != channel.number()) {
                told.gone(channel);
            }
        }
        for (ChannelDefinition channel : machine.channels()) {
            boolean came = before.coming(channel.number()) && !machine.coming(channel.number());
            if (came || !channel.equals(before.find(channel.name()))) {
                tell(told, channel);
            }
        }
    }
}
