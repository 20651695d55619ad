package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.persistence.CPMetadataStore;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The durable identity of this member in the CP subsystem, and the list of its members. Thread-safe. Everything is on disk when a method
 * that persists it returns.
 */
final class MemberStore implements CPMetadataStore {
    private final CpStore store;

    @GuardedBy("this")
    private boolean outsider;

    @GuardedBy("this")
    private @Nullable CpMember local;

    @GuardedBy("this")
    private CpChange.@Nullable ActiveMembers active;

    @GuardedBy("this")
    private @Nullable CpGroup metadataGroup;

    private volatile @Nullable Gathering gathering;

    MemberStore(CpStore store) {
        this.store = store;
    }

    /** Attaches to a member that is being started. */
    void attach(Gathering made) {
        gathering = made;
    }

    /** Loads the state stored before a restart. */
    synchronized void restore(CpSlots<CpChange> kept) {
        outsider = kept.own(CpChange.Outsider.class) != null;
        local = kept.own(CpChange.LocalMember.class) instanceof CpChange.LocalMember found ? found.member() : null;
        active = kept.own(CpChange.ActiveMembers.class) instanceof CpChange.ActiveMembers found ? found : null;
        metadataGroup =
                kept.own(CpChange.MetadataGroup.class) instanceof CpChange.MetadataGroup found ? found.group() : null;
    }

    /** Forgets everything. */
    synchronized void clear() {
        outsider = false;
        local = null;
        active = null;
        metadataGroup = null;
    }

    /** Returns the identity of this member in the CP subsystem, with its last known address. */
    synchronized @Nullable CpMember local() {
        return local;
    }

    /**
     * Called by Hazelcast once, before this member begins the CP subsystem together with the members that are present then. Blocks until
     * there are enough of them.
     */
    @Override
    public boolean isMarkedAPMember() {
        Gathering awaited = gathering;
        if (awaited != null) {
            awaited.await(this::decided);
        }
        synchronized (this) {
            return outsider && local == null;
        }
    }

    /** Returns whether it is known if this member belongs to the CP subsystem. */
    private synchronized boolean decided() {
        return outsider || local != null;
    }

    @Override
    public boolean tryMarkAPMember() throws IOException {
        synchronized (this) {
            if (local != null) {
                return false;
            }
            if (outsider) {
                return true;
            }
            outsider = true;
        }
        store.appendAndFlush(new CpChange.Outsider());
        return true;
    }

    @Override
    public synchronized boolean containsLocalMemberFile() {
        return local != null;
    }

    @Override
    public void persistLocalCPMember(CPMember member) throws IOException {
        CpMember taken = CpObjects.member(member);
        synchronized (this) {
            local = taken;
        }
        store.appendAndFlush(new CpChange.LocalMember(taken));
    }

    @Override
    public synchronized @Nullable CPMember readLocalCPMember() {
        return local == null ? null : CpObjects.member(local);
    }

    @Override
    public void persistActiveCPMembers(Collection<? extends CPMember> members, long commitIndex) throws IOException {
        CpChange.ActiveMembers taken = new CpChange.ActiveMembers(
                commitIndex, members.stream().map(CpObjects::member).toList());
        synchronized (this) {
            active = taken;
        }
        store.appendAndFlush(taken);
    }

    @Override
    public synchronized long readActiveCPMembers(Collection<CPMember> members) {
        if (active == null) {
            return 0;
        }
        for (CpMember member : active.members()) {
            CPMemberInfo info = CpObjects.member(member);
            members.add(info);
        }
        return active.commitIndex();
    }

    @Override
    public void persistMetadataGroupId(RaftGroupId group) throws IOException {
        CpGroup taken = CpObjects.group(group);
        synchronized (this) {
            metadataGroup = taken;
        }
        store.appendAndFlush(new CpChange.MetadataGroup(taken));
    }

    @Override
    public synchronized @Nullable RaftGroupId readMetadataGroupId() {
        return metadataGroup == null ? null : CpObjects.group(metadataGroup);
    }
}
