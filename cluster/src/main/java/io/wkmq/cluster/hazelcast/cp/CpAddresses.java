package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.RaftInvocationManager;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.spi.impl.operationservice.impl.RaftInvocationContext;
import io.wkmq.cluster.membership.LogLimit;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the members of the CP subsystem find each other at their current addresses after a restart. Each member shows its CP identity as an
 * attribute in the cluster, and the others correct their lists accordingly. They do so repeatedly, since every new list contains old
 * addresses until all members have committed theirs. {@link #run} must be called often, and when the members change. Thread-safe.
 */
final class CpAddresses implements Runnable {
    /** The member attribute that holds the CP identity. */
    static final String ATTRIBUTE = "wkmq.cp";

    private static final Logger LOG = LoggerFactory.getLogger(CpAddresses.class);

    private final RaftService raft;
    private final MemberStore own;
    private final Supplier<? extends Iterable<Member>> members;
    private final Address here;
    private final AtomicBoolean telling = new AtomicBoolean();
    private final LogLimit logLimit = new LogLimit();
    private volatile boolean following;

    CpAddresses(RaftService raft, MemberStore own, Supplier<? extends Iterable<Member>> members, Address here) {
        this.raft = raft;
        this.own = own;
        this.members = members;
        this.here = here;
    }

    @Override
    public void run() {
        followOthers();
        RaftInvocationContext context = raft.getInvocationManager().getRaftInvocationContext();
        for (Member member : members.get()) {
            UUID uuid = uuid(member);
            CPMember known = uuid == null ? null : context.getCPMember(uuid);
            if (known != null && !known.getAddress().equals(member.getAddress())) {
                context.updateMember(new CPMemberInfo(known.getUuid(), member.getAddress()));
            }
        }
        CpMember local = own.local();
        if (local != null && !here.equals(CpObjects.member(local).getAddress())) {
            tell(new CPMemberInfo(local.uuid(), here));
        }
    }

    /** Prevents this node from beginning a CP subsystem while others come back from one: a node without its files would start over. */
    private void followOthers() {
        if (following || own.local() != null) {
            return;
        }
        for (Member member : members.get()) {
            if (!member.localMember() && uuid(member) != null) {
                following = true;
                LOG.warn(
                        "This node keeps nothing of the CP subsystem that others are in; it can be taken in as a new member");
                raft.getMetadataGroupManager().disableDiscovery();
                return;
            }
        }
    }

    private @Nullable UUID uuid(Member member) {
        String shown = member.getAttribute(ATTRIBUTE);
        try {
            return shown == null ? null : UUID.fromString(shown);
        } catch (IllegalArgumentException e) {
            logLimit.log(
                    member.getAddress(),
                    leftOut -> LOG.warn(
                            "A member says that it is {} in the CP subsystem; expected a UUID. address={} left_out={}",
                            shown,
                            member.getAddress(),
                            leftOut,
                            e));
            return null;
        }
    }

    private void tell(CPMemberInfo self) {
        if (!telling.compareAndSet(false, true)) {
            return;
        }
        RaftInvocationManager invocations = raft.getInvocationManager();
        var unused = invocations
                .invoke(raft.getMetadataGroupId(), new RestartedMember(self))
                .whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        told(self);
                    } else {
                        LOG.info(
                                "The CP subsystem does not know yet where this member is, it is told again: {}",
                                failure.getMessage());
                    }
                    telling.set(false);
                });
    }

    private void told(CPMemberInfo self) {
        try {
            own.persistLocalCPMember(self);
            LOG.info("The CP subsystem knows this member's address address={}", here);
        } catch (IOException e) {
            LOG.warn("Cannot save the new address of this member: {}", e.getMessage());
        }
    }
}
