package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.log.SnapshotEntry;
import com.hazelcast.cp.internal.raft.impl.persistence.RaftStateStore;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The durable state of one group. Called on the group's thread; may be flushed by another thread at the same time. */
final class GroupStore implements RaftStateStore {
    private final CpGroup group;
    private final CpStore store;
    private final CpObjects objects;
    private final RecentOperations recent;

    /**
     * Creates the state of a group in a store.
     *
     * @param recent the operations whose payloads are also in memory
     */
    GroupStore(CpGroup group, CpStore store, CpObjects objects, RecentOperations recent) {
        this.group = group;
        this.store = store;
        this.objects = objects;
        this.recent = recent;
    }

    @Override
    public void open() {
        // the store is already open
    }

    @Override
    public void persistInitialMembers(RaftEndpoint localMember, Collection<RaftEndpoint> initialMembers)
            throws IOException {
        store.appendAndFlush(
                new CpChange.InitialMembers(group, localMember.getUuid(), CpObjects.uuids(initialMembers)));
    }

    @Override
    public void persistTerm(int term, @Nullable RaftEndpoint votedFor) throws IOException {
        store.appendAndFlush(new CpChange.Term(group, term, votedFor == null ? null : votedFor.getUuid()));
    }

    @Override
    public void persistEntry(LogEntry entry) throws IOException {
        store.append(objects.entry(group, entry));
        if (entry.operation() instanceof ChannelOp op) {
            recent.add(entry.index(), op);
        }
    }

    @Override
    public void persistSnapshot(SnapshotEntry entry) throws IOException {
        recent.snapshot(entry.index());
        store.append(objects.snapshot(group, entry));
    }

    @Override
    public void deleteEntriesFrom(long startIndexInclusive) throws IOException {
        recent.truncate(startIndexInclusive);
        store.append(new CpChange.Truncation(group, startIndexInclusive));
    }

    @Override
    public void flushLogs() throws IOException {
        store.flush();
    }

    @Override
    public void close() {
        // the store outlives the group
    }
}
