package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryMachine;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a node has of the registry, which is a group behind all others. Belongs to its loop, but for {@link #sync}. */
final class RegistryReplica implements Replica {
    private final int group;
    private final RegistryMachine machine = new RegistryMachine();
    private long checkpointed;

    /** Takes up what the last checkpoint had. */
    RegistryReplica(int group, NodeTable table) throws IOException {
        this.group = group;
        byte[] state = table.group(group);
        if (state != null) {
            RegistryCodec.decode(state, machine);
        }
        this.checkpointed = machine.applied();
    }

    /** All channels. */
    List<ChannelDefinition> channels() {
        return List.copyOf(machine.channels());
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
        return RegistryCodec.encode(machine.apply(index, RegistryCodec.decode(op)));
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
    public boolean changed() {
        return machine.applied() > checkpointed;
    }

    @Override
    public boolean crowded() {
        return false;
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
}
