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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The service with which Hazelcast persists the CP subsystem of one member, on top of a {@link CpStore}. Thread-safe; called on partition
 * threads, which wait for the disk.
 */
final class CpPersistence implements CPPersistenceService {
    private final CpStore store;
    private final CpObjects objects;
    private final MemberStore member;
    private final long recentBytes;

    /** The latest instance of each group; each belongs to its group's thread. */
    private final Map<CpGroup, RecentOperations> recent = new ConcurrentHashMap<>();

    /**
     * Creates the service on top of a store.
     *
     * @param recentBytes the maximum bytes of applied payloads that each group keeps in memory; others are read back from the store when
     *     needed
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
        RecentOperations operations = new RecentOperations(kept, store, recentBytes);
        recent.put(kept, operations);
        return new GroupStore(kept, store, objects, operations);
    }

    /** Lets an idle group release its operations' payloads if possible. Called on the group's thread. */
    void shrink(RaftGroupId group) {
        RecentOperations operations = recent.get(CpObjects.group(group));
        if (operations != null) {
            operations.shrink();
        }
    }

    @Override
    public void removeRaftStateStore(RaftGroupId group) {
        if (group.getName().equals(CPGroup.METADATA_CP_GROUP_NAME)) {
            // Only a member that was removed from the CP subsystem, or never got into it, loses this group: it must not
            // come back under its identity.
            reset();
            return;
        }
        recent.remove(CpObjects.group(group));
        appendAndFlush(new CpChange.Removal(CpObjects.group(group)));
    }

    @Override
    public void reset() {
        recent.clear();
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
