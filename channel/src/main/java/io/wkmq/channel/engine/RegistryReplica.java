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

/** What a node has of the registry, which is a group behind all others. Belongs to its loop, but for {@link #sync}. */
final class RegistryReplica implements Replica {
    /** With so many channels for each entry it does not cost too much to write all of them again. */
    private static final int CHANNELS_PER_ENTRY = 64;

    /** How long a change waits for others, and for how many channels 1 ms more: so at most so much is written for changes that come slowly. */
    private static final long CHECKPOINT_MS = 500;

    private static final int CHANNELS_PER_MS = 10;

    private final int group;
    private final boolean eager;
    private final NodeTable table;
    private RegistryMachine machine;
    private volatile @Nullable RegistryListener listener;
    private long checkpointed;

    /**
     * Takes up what the last checkpoint had.
     *
     * @param eager whether a checkpoint is wanted as soon as something has changed: so that a node that starts alone knows the channels
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

    /** Tells that one, and nobody else, what changes from now on. */
    void listen(RegistryListener told) {
        listener = told;
    }

    /** Tells once more of a channel that is what it was. */
    void repeat(ChannelDefinition channel) {
        RegistryListener told = listener;
        if (told != null && channel.equals(machine.find(channel.name()))) {
            tell(told, channel);
        }
    }

    /** All channels. */
    List<ChannelDefinition> channels() {
        return List.copyOf(machine.channels());
    }

    /** The channel of that name; null if there is none. */
    @Nullable
    ChannelDefinition find(String name) {
        return machine.find(name);
    }

    /** What is said of nodes. */
    List<RegisteredNode> nodes() {
        return List.copyOf(machine.nodes());
    }

    /** How far it is with a channel that a node kept alone. */
    Takeover takeover(Origin origin) {
        return machine.takeover(origin);
    }

    /** Whether what a channel has is still to come. */
    boolean coming(int number) {
        return machine.coming(number);
    }

    /** No channel gets that number from now on, nor a lower one. To be written by the next checkpoint. */
    void beyond(int number) {
        machine.beyond(number);
    }

    /** The numbers of channels that are removed, but of which their groups may have something. */
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

    /** No: an entry is small, and a channel that is removed makes space. */
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
        // who reads it asks its loop
    }

    @Override
    public long checkpointed() {
        return checkpointed;
    }

    @Override
    public boolean crowded() {
        return eager && machine.applied() - checkpointed > machine.channels().size() / CHANNELS_PER_ENTRY;
    }

    /** The more there is to write the later. */
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
        // all of it is in its row
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
