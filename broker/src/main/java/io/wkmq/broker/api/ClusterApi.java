package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.ReplyAbandonedException;
import io.wkmq.broker.http.Request;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelAudit;
import io.wkmq.channel.engine.ChannelRepair;
import io.wkmq.channel.engine.ChannelVersion;
import io.wkmq.channel.engine.GroupLeaders;
import io.wkmq.channel.engine.GroupStatus;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of what a node replicates together with others: {@code /cluster/raft/status},
 * {@code /cluster/transfer-leadership}, {@code /cluster/election}, {@code /cluster/data/version} and
 * {@code /cluster/sync/force}. Thread-safe; blocks.
 */
final class ClusterApi implements ApiPages {
    private static final String STATUS = "/cluster/raft/status";
    private static final String TRANSFER = "/cluster/transfer-leadership";
    private static final String ELECTION = "/cluster/election";
    private static final String VERSION = "/cluster/data/version";
    private static final String FORCE = "/cluster/sync/force";
    private static final int VERSIONS_DEFAULT = 100;
    private static final int VERSIONS_MAX = 1_000;
    private static final Set<String> VERSION_PARAMETERS = Set.of("channel", "verify", "page", "limit");
    private static final Set<String> TRANSFER_FIELDS = Set.of("target_node", "group");
    private static final Set<String> ELECTION_FIELDS = Set.of("group");
    private static final Set<String> FORCE_FIELDS = Set.of("channel");

    private final NodeChannels channels;
    private final Cluster cluster;
    private final GroupLeaders leaders;
    private final ChannelAudit audit;
    private final ChannelRepair repair;

    ClusterApi(NodeChannels channels, Cluster cluster) {
        this.channels = channels;
        this.cluster = cluster;
        this.leaders = new GroupLeaders(channels);
        this.audit = new ChannelAudit(channels);
        this.repair = new ChannelRepair(channels);
    }

    @Override
    public void route(Request request, Reply reply) throws ApiException {
        switch (request.path()) {
            case STATUS -> get(request, reply, this::status);
            case VERSION -> get(request, reply, () -> version(request, reply));
            case TRANSFER -> lead(request, reply, this::transfer);
            case ELECTION -> lead(request, reply, this::elect);
            case FORCE -> post(request, reply, () -> force(request));
            default ->
                throw new ApiException(
                        404,
                        "NOT_FOUND",
                        "There is no " + request.path() + "; expected " + STATUS + ", " + TRANSFER + ", " + ELECTION
                                + ", " + VERSION + " or " + FORCE);
        }
    }

    /** Produces a response. */
    private interface Page {
        String json() throws ApiException, ChannelException;
    }

    private static void get(Request request, Reply reply, Page page) throws ApiException {
        if (request.method().equals("GET") || request.method().equals("HEAD")) {
            send(reply, page);
        } else {
            JsonReplies.refuseMethod(request, reply, "GET, HEAD");
        }
    }

    private static void post(Request request, Reply reply, Page page) throws ApiException {
        if (request.method().equals("POST")) {
            send(reply, page);
        } else {
            JsonReplies.refuseMethod(request, reply, "POST");
        }
    }

    private static void send(Reply reply, Page page) throws ApiException {
        try {
            JsonReplies.send(reply, 200, page.json());
        } catch (ChannelException e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Changes the leader of groups. */
    private interface Change {
        List<GroupStatus> make(Request request) throws ApiException, ChannelException;
    }

    private void lead(Request request, Reply reply, Change change) throws ApiException {
        post(request, reply, () -> {
            requireReplicated();
            return json(change.make(request));
        });
    }

    /** Has all nodes scrub their replicas and repair them. */
    private String force(Request request) throws ApiException, ChannelException {
        byte[] body = request.body().getBytes(StandardCharsets.UTF_8);
        String name =
                body.length == 0 ? null : JsonObject.read(body, FORCE_FIELDS).field("channel");
        if (name != null && channels.find(name) == null) {
            throw ApiException.noChannel(name);
        }
        return SyncJson.of(
                name == null ? repair.repairAll() : repair.repair(name),
                cluster.self().name().toString());
    }

    private String status() throws ApiException, ChannelException {
        requireReplicated();
        return json(channels.groups());
    }

    private String version(Request request, Reply reply) throws ApiException, ChannelException {
        Map<String, String> parameters = request.parameters();
        JsonObject.check("parameter", parameters.keySet(), VERSION_PARAMETERS);
        String verify = parameters.getOrDefault("verify", "false");
        long page = PageRequest.number("page", parameters.get("page"), 1);
        long limit = PageRequest.number("limit", parameters.get("limit"), VERSIONS_DEFAULT);
        if (page < 1 || page > Integer.MAX_VALUE || limit < 1 || limit > VERSIONS_MAX) {
            throw ApiException.badRequest("The page is " + page + " and the limit " + limit
                    + "; expected a page from 1 on and a limit of 1 to " + VERSIONS_MAX);
        }
        if (!verify.equals("true") && !verify.equals("false")) {
            throw ApiException.badRequest("'verify' is '" + verify + "'; expected true or false");
        }
        String name = parameters.get("channel");
        if (name != null && channels.find(name) == null) {
            throw ApiException.noChannel(name);
        }
        List<String> names = name != null
                ? List.of(name)
                : channels.list().stream()
                        .map(ChannelDefinition::name)
                        .filter(each -> !channels.unmoved(each))
                        .skip((page - 1) * limit)
                        .limit(limit)
                        .toList();
        List<ChannelVersion> versions =
                verify.equals("true") ? audit.verify(names, () -> requireWanted(reply)) : compare(names);
        return VersionJson.of(versions, cluster.self().name().toString());
    }

    private static void requireWanted(Reply reply) {
        if (!reply.wanted()) {
            throw new ReplyAbandonedException("The client has gone");
        }
    }

    private List<ChannelVersion> compare(List<String> names) throws ChannelException {
        List<ChannelVersion> versions = new ArrayList<>();
        for (String each : names) {
            versions.add(audit.compare(each));
        }
        return versions;
    }

    private List<GroupStatus> transfer(Request request) throws ApiException, ChannelException {
        JsonObject body = JsonObject.read(request.body().getBytes(StandardCharsets.UTF_8), TRANSFER_FIELDS);
        String target = body.required("target_node");
        return leaders.transfer(
                group(body),
                cluster.administration()
                        .flatMap(node -> node.status().address(target))
                        .orElse(target));
    }

    private List<GroupStatus> elect(Request request) throws ApiException, ChannelException {
        String body = request.body().isBlank() ? "{}" : request.body();
        return leaders.elect(group(JsonObject.read(body.getBytes(StandardCharsets.UTF_8), ELECTION_FIELDS)));
    }

    private static @Nullable Integer group(JsonObject body) throws ApiException {
        String group = body.field("group");
        try {
            return group == null ? null : Integer.valueOf(group);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "The group is '" + group + "'; expected a whole number, as 3, or none for all");
        }
    }

    private void requireReplicated() throws ApiException {
        if (!channels.replicated()) {
            throw new ApiException(
                    409,
                    "CONFLICT",
                    "This node keeps nothing together with others; expected cluster.channels.replicas = 3");
        }
    }

    private String json(List<GroupStatus> groups) {
        JsonWriter json = new JsonWriter().beginObject().name("groups").beginArray();
        boolean copy = channels.learner();
        for (GroupStatus group : groups) {
            json.beginObject()
                    .field("group", group.group())
                    .field("copy", copy)
                    .field("leader", group.leader() == null ? null : name(group.leader()))
                    .field("leader_addr", group.leader())
                    .field("is_leader", group.leads())
                    .field("term", group.term())
                    .field("last_index", group.last())
                    .field("commit_index", group.committed())
                    .field("last_applied", group.applied())
                    .field("lag", Math.max(0, group.committed() - group.applied()))
                    .field("whole", group.whole())
                    .name("members")
                    .beginArray();
            for (GroupStatus.Member member : group.members()) {
                json.beginObject()
                        .field("node", name(member.where()))
                        .field("addr", member.where())
                        .field("here", member.here())
                        .field("lag", member.behind())
                        .endObject();
            }
            json.endArray().endObject();
        }
        return json.endArray().endObject().toString();
    }

    /** Returns the name of the node at this address; null if it is not a known member. */
    private @Nullable String name(String address) {
        Optional<ClusterNode> node = cluster.administration();
        return node.flatMap(own -> own.status().name(address)).orElse(null);
    }
}
