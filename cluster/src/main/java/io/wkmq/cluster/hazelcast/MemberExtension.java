package io.wkmq.cluster.hazelcast;

import com.hazelcast.cp.internal.persistence.CPPersistenceService;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.cluster.impl.JoinRequest;
import com.hazelcast.internal.cluster.impl.VersionMismatchException;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;
import io.wkmq.cluster.hazelcast.cp.CpSubsystem;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node extension through which Hazelcast asks who may join, what stands in front of a connection, and which services there are. Called
 * on Hazelcast's threads.
 */
final class MemberExtension extends DefaultNodeExtension {
    private static final Logger LOG = LoggerFactory.getLogger(MemberExtension.class);

    private final LogLimit logLimit = new LogLimit();
    private final Wire wire;
    private final Doorkeeper doorkeeper;
    private final MemberEvents events;
    private final @Nullable CpSubsystem cp;

    MemberExtension(Node node, Wire wire, Doorkeeper doorkeeper, MemberEvents events, @Nullable CpSubsystem cp) {
        super(node);
        this.wire = wire;
        this.doorkeeper = doorkeeper;
        this.events = events;
        this.cp = cp;
        if (cp != null) {
            cp.attach(node);
        }
    }

    @Override
    public CPPersistenceService getCPPersistenceService() {
        return cp == null ? super.getCPPersistenceService() : cp.persistence();
    }

    @Override
    public void beforeJoin() {
        super.beforeJoin();
        if (cp != null) {
            cp.restore();
        }
    }

    @Override
    protected void printBannersBeforeNodeInfo() {
        // suppressed: the log belongs to the broker
    }

    @Override
    public Map<String, Object> createExtensionServices() {
        Map<String, Object> services = new HashMap<>(super.createExtensionServices());
        services.put(Wire.SERVICE, wire);
        return services;
    }

    @Override
    public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext server) {
        ChannelInitializer gates =
                new GateInitializer(server, node.getNodeEngine().getExecutionService(), doorkeeper);
        return qualifier -> gates;
    }

    @Override
    public void onMemberListChange() {
        super.onMemberListChange();
        if (cp != null) {
            cp.membersChanged();
        }
        events.membersChanged();
    }

    @Override
    public void validateJoinRequest(JoinMessage message) {
        super.validateJoinRequest(message);
        if (!(message instanceof JoinRequest request)) {
            return;
        }
        Peer candidate;
        try {
            candidate = PeerAttributes.read(request.getAttributes());
        } catch (IllegalArgumentException e) {
            throw refusal(
                    message.getAddress(),
                    "What asks to join from " + message.getAddress() + " is no node of this broker: " + e.getMessage());
        }
        Verdict verdict =
                wire.judge(candidate, Members.peers(node.getClusterService().getMembers()));
        if (!verdict.accepted()) {
            throw refusal(candidate.id(), "Node " + candidate.node().name() + " may not join: " + verdict.text());
        }
    }

    private VersionMismatchException refusal(Object who, String why) {
        logLimit.log(who, leftOut -> LOG.warn("{}, left_out={}", why, leftOut));
        return new VersionMismatchException(why);
    }
}
