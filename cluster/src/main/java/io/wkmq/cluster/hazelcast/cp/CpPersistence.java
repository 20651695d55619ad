package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroup;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.persistence.CPMetadataStore;
import com.hazelcast.cp.internal.persistence.CPPersistenceService;
import com.hazelcast.cp.internal.raft.impl.persistence.LogFileStructure;
import com.hazelcast.cp.internal.raft.impl.persistence.RaftStateStore;
import com.hazelcast.internal.serialization.SerializationService;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What Hazelcast asks for to keep the CP subsystem of one member, over a {@link CpStore}. Thread-safe; called on partition threads,
 * which wait for the disk.
 */
final class CpPersistence implements CPPersistenceService {
    private final CpStore store;
    private final CpObjects objects;
    private final MemberStore member;
    private final long recentBytes;

    /**
     * Over that store.
     *
     * @param recentBytes how many bytes each group keeps in memory of what was applied, at most, until it is read again from the store
     */
    CpPersistence(CpStore store, MemberStore member, SerializationService serialization, long recentBytes) {
        this.store = store;
        this.objects = new CpObjects(serialization);
        this.member = member;
        this.recentBytes = recentBytes;
    }

    @Override
    public boolean isEnabled() {
        return true;
    }

    @Override
    public CPMetadataStore getCPMetadataStore() {
        return member;
    }

    @Override
    public RaftStateStore createRaftStateStore(RaftGroupId group, @Nullable LogFileStructure structure) {
        CpGroup kept = CpObjects.group(group);
        return new GroupStore(kept, store, objects, new RecentOperations(kept, store, recentBytes));
    }

    @Override
    public void removeRaftStateStore(RaftGroupId group) {
        if (group.getName().equals(CPGroup.METADATA_CP_GROUP_NAME)) {
            // only who was taken out of the CP subsystem, or never got into it, loses this one: it must not come back
            // as who it was
            reset();
            return;
        }
        appendAndFlush(new CpChange.Removal(CpObjects.group(group)));
    }

    @Override
    public void reset() {
        member.clear();
        appendAndFlush(new CpChange.Reset());
    }

    private void appendAndFlush(CpChange change) {
        try {
            store.appendAndFlush(change);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
