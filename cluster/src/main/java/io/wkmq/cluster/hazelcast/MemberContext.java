package io.wkmq.cluster.hazelcast;

import com.hazelcast.instance.AddressPicker;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.cluster.Joiner;
import io.wkmq.cluster.hazelcast.cp.CpSubsystem;
import io.wkmq.cluster.membership.Peer;
import org.jspecify.annotations.Nullable;

/** Supplies the parts of a member that this package replaces. Used by the thread that starts the member. */
final class MemberContext extends DefaultNodeContext {
    private final MemberSettings settings;
    private final Peer self;
    private final Search search;
    private final Wire wire;
    private final Doorkeeper doorkeeper;
    private final MemberEvents events;
    private final @Nullable CpSubsystem cp;
    private @Nullable Node node;

    MemberContext(
            MemberSettings settings,
            Peer self,
            Search search,
            Wire wire,
            Doorkeeper doorkeeper,
            MemberEvents events,
            @Nullable CpSubsystem cp) {
        this.settings = settings;
        this.self = self;
        this.search = search;
        this.wire = wire;
        this.doorkeeper = doorkeeper;
        this.events = events;
        this.cp = cp;
    }

    /** Returns the node that was created; Hazelcast exposes it nowhere else. */
    Node node() {
        if (node == null) {
            throw new IllegalStateException("Hazelcast made no node yet");
        }
        return node;
    }

    @Override
    public AddressPicker createAddressPicker(Node made) {
        return new PortPicker(settings.bindHost(), self.host(), settings.ports());
    }

    @Override
    public NodeExtension createNodeExtension(Node made) {
        return new MemberExtension(made, wire, doorkeeper, events, cp);
    }

    @Override
    public Joiner createJoiner(Node made) {
        node = made;
        return new SeedJoiner(made, self, search, wire, events);
    }
}
