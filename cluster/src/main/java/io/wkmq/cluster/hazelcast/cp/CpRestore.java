package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.persistence.RestoredRaftState;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores a member's state in the CP subsystem. Used once, before the member joins. */
final class CpRestore {
    private static final Logger LOG = LoggerFactory.getLogger(CpRestore.class);

    private final RaftService raft;
    private final Address here;
    private final MemberStore member;
    private final CpObjects objects;

    CpRestore(RaftService raft, Address here, MemberStore member, CpObjects objects) {
        this.raft = raft;
        this.here = here;
        this.member = member;
        this.objects = objects;
    }

    /**
     * Restores the member and its groups, which start to run once it has joined.
     *
     * @throws CorruptDataException if the stored state is inconsistent
     */
    void run(CpSlots<CpChange> kept) {
        CpMember local = member.local();
        if (local == null) {
            return;
        }
        RaftGroupId metadata = member.readMetadataGroupId();
        if (metadata != null) {
            raft.getMetadataGroupManager().restoreMetadataGroupId(metadata);
        }
        raft.getMetadataGroupManager().restoreLocalCPMember(new CPMemberInfo(local.uuid(), here));
        List<CPMember> active = new ArrayList<>();
        long index = member.readActiveCPMembers(active);
        active.replaceAll(each -> each.getUuid().equals(local.uuid()) ? new CPMemberInfo(local.uuid(), here) : each);
        raft.updateInvocationManagerMembers(
                raft.getMetadataGroupManager().getMetadataGroupId().getSeed(), index, active);
        int entries = 0;
        for (Map.Entry<CpGroup, CpSlots.Group<CpChange>> group : kept.groups().entrySet()) {
            RestoredRaftState state = state(group.getKey(), group.getValue());
            if (state != null) {
                raft.restoreRaftNode(CpObjects.group(group.getKey()), state, null);
                entries += state.entries().length;
                LOG.info(
                        "A CP group was restored group={} term={} votedFor={} snapshot={} last={}",
                        group.getKey().name(),
                        state.term(),
                        state.votedFor(),
                        snapshotIndex(state),
                        snapshotIndex(state) + state.entries().length);
            }
        }
        LOG.info(
                "The CP groups were restored uuid={} groups={} entries={} activeMembers={}",
                local.uuid(),
                kept.groups().size(),
                entries,
                active.size());
    }

    private static long snapshotIndex(RestoredRaftState state) {
        return state.snapshot() == null ? 0 : state.snapshot().index();
    }

    /** Returns the Raft state of a group; null if the group never began. */
    private @Nullable RestoredRaftState state(CpGroup id, CpSlots.Group<CpChange> group) {
        if (!(group.initialMembers() instanceof CpChange.InitialMembers initial)) {
            return null;
        }
        CpChange.Snapshot snapshot = group.snapshot() instanceof CpChange.Snapshot found ? found : null;
        CpChange.Term term = group.term() instanceof CpChange.Term found ? found : null;
        return new RestoredRaftState(
                new RaftEndpointImpl(initial.local()),
                CpObjects.endpoints(initial.members()),
                term == null ? 0 : term.term(),
                term == null || term.votedFor() == null ? null : new RaftEndpointImpl(term.votedFor()),
                snapshot == null ? null : objects.snapshot(snapshot),
                entries(
                        id,
                        snapshot == null ? 0 : snapshot.index(),
                        group.entries().values()));
    }

    private LogEntry[] entries(CpGroup id, long snapshot, Collection<CpChange> kept) {
        List<LogEntry> entries = new ArrayList<>(kept.size());
        long expected = snapshot + 1;
        for (CpChange change : kept) {
            if (!(change instanceof CpChange.Entry entry) || entry.index() != expected) {
                throw new CorruptDataException("The log of CP group " + id.name() + " has no entry " + expected
                        + "; expected one before " + change);
            }
            entries.add(objects.entry(entry));
            expected++;
        }
        return entries.toArray(new LogEntry[0]);
    }
}
