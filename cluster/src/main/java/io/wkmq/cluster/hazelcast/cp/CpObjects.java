package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.log.SnapshotEntry;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.HeapData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Converts Hazelcast's objects to their durable form and back. An operation is stored as the bytes that are sent to other members, so its
 * class id and encoding are part of both formats. Thread-safe.
 */
final class CpObjects {
    private final SerializationService serialization;

    CpObjects(SerializationService serialization) {
        this.serialization = serialization;
    }

    static CpGroup group(RaftGroupId group) {
        return new CpGroup(group.getName(), group.getSeed(), group.getId());
    }

    static RaftGroupId group(CpGroup group) {
        return new RaftGroupId(group.name(), group.seed(), group.id());
    }

    static CpMember member(CPMember member) {
        return new CpMember(
                member.getUuid(),
                member.getAddress().getHost(),
                member.getAddress().getPort());
    }

    /**
     * Returns the member at its last known address. The host name is not resolved: it may no longer exist, or resolving it may take long.
     */
    static CPMemberInfo member(CpMember member) {
        return new CPMemberInfo(member.uuid(), Address.createUnresolvedAddress(member.host(), member.port()));
    }

    static List<UUID> uuids(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(RaftEndpoint::getUuid).toList();
    }

    /** Preserves the order, which matters. */
    static Set<RaftEndpoint> endpoints(List<UUID> uuids) {
        Set<RaftEndpoint> endpoints = new LinkedHashSet<>();
        uuids.forEach(uuid -> endpoints.add(new RaftEndpointImpl(uuid)));
        return endpoints;
    }

    CpChange.Entry entry(CpGroup group, LogEntry entry) {
        return new CpChange.Entry(group, entry.term(), entry.index(), bytes(entry.operation()));
    }

    LogEntry entry(CpChange.Entry entry) {
        return new LogEntry(entry.term(), entry.index(), object(entry.operation()));
    }

    CpChange.Snapshot snapshot(CpGroup group, SnapshotEntry snapshot) {
        return new CpChange.Snapshot(
                group,
                snapshot.term(),
                snapshot.index(),
                bytes(snapshot.operation()),
                snapshot.groupMembersLogIndex(),
                uuids(snapshot.groupMembers()));
    }

    SnapshotEntry snapshot(CpChange.Snapshot snapshot) {
        return new SnapshotEntry(
                snapshot.term(),
                snapshot.index(),
                object(snapshot.operation()),
                snapshot.membersIndex(),
                new ArrayList<>(endpoints(snapshot.members())));
    }

    private byte[] bytes(Object operation) {
        return serialization.<Data>toData(operation).toByteArray();
    }

    private Object object(byte[] bytes) {
        return serialization.toObject(new HeapData(bytes));
    }
}
