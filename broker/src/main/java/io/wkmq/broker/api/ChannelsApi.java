package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.Request;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelGoneException;
import io.wkmq.channel.engine.Declared;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.cluster.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API of channels: {@code /api/v1/channels}, in the style of EMQX's API, and {@code /channel/messagesync}, as in
 * WuKongIM. Responses are built in memory, so their size is bounded. Thread-safe; blocks.
 */
final class ChannelsApi implements ApiPages {
    private static final Logger log = LoggerFactory.getLogger(ChannelsApi.class);

    private static final String CHANNELS = "/api/v1/channels";
    private static final String SYNC = "/channel/messagesync";
    private static final long PATIENCE_SECONDS = 30;
    private static final long PAGE_BYTES_MAX = 4 << 20;
    private static final int LIST_DEFAULT = 100;
    private static final long MS_PER_SECOND = 1000;
    private static final Set<String> LIST_PARAMETERS = Set.of("page", "limit");
    private static final Set<String> PAGE_PARAMETERS = Set.of("from_seq", "to_seq", "limit", "payload");

    private final NodeChannels channels;
    private final Cluster cluster;
    private final Clock clock;
    private final ChannelPages pages;
    private final ChannelInfos infos;

    /** Creates the API of these channels. */
    ChannelsApi(NodeChannels channels, Cluster cluster, Clock clock) {
        this.channels = channels;
        this.cluster = cluster;
        this.clock = clock;
        this.pages = new ChannelPages(channels);
        this.infos = new ChannelInfos(channels, System::nanoTime);
    }

    @Override
    public void route(Request request, Reply reply) throws ApiException {
        String path = request.path();
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        boolean posts = request.method().equals("POST");
        if (path.equals(SYNC)) {
            if (posts) {
                JsonReplies.send(reply, 200, sync(request));
            } else {
                JsonReplies.refuseMethod(request, reply, "POST");
            }
        } else if (path.equals(CHANNELS)) {
            if (reads) {
                JsonReplies.send(reply, 200, list(request));
            } else if (posts) {
                create(request.body().getBytes(StandardCharsets.UTF_8), reply);
            } else {
                JsonReplies.refuseMethod(request, reply, "GET, HEAD, POST");
            }
        } else if (path.startsWith(CHANNELS + '/')) {
            routeBelow(path.substring(CHANNELS.length() + 1), reads, request, reply);
        } else {
            throw new ApiException(404, "NOT_FOUND", "There is no " + path + "; expected " + CHANNELS + " or " + SYNC);
        }
    }

    private void routeBelow(String path, boolean reads, Request request, Reply reply) throws ApiException {
        int slash = path.indexOf('/');
        String name = slash < 0 ? path : path.substring(0, slash);
        if (slash < 0) {
            if (reads) {
                JsonReplies.send(reply, 200, show(name));
            } else if (request.method().equals("DELETE")) {
                delete(name);
                JsonReplies.send(reply, 204, "");
            } else {
                JsonReplies.refuseMethod(request, reply, "GET, HEAD, DELETE");
            }
        } else if (path.substring(slash).equals("/messages")) {
            if (reads) {
                JsonReplies.send(reply, 200, messages(name, request));
            } else {
                JsonReplies.refuseMethod(request, reply, "GET, HEAD");
            }
        } else {
            throw new ApiException(
                    404, "NOT_FOUND", "A channel has no " + path.substring(slash) + "; expected /messages");
        }
    }

    private String list(Request request) throws ApiException {
        Map<String, String> parameters = request.parameters();
        JsonObject.check("parameter", parameters.keySet(), LIST_PARAMETERS);
        long page = PageRequest.number("page", parameters.get("page"), 1);
        long limit = PageRequest.number("limit", parameters.get("limit"), LIST_DEFAULT);
        if (page < 1 || page > Integer.MAX_VALUE || limit < 1 || limit > PageRequest.LIMIT_MAX) {
            throw ApiException.badRequest("The page is " + page + " and the limit " + limit
                    + "; expected a page from 1 on and a limit of 1 to " + PageRequest.LIMIT_MAX);
        }
        List<ChannelDefinition> all = channels.list();
        JsonWriter json = new JsonWriter().beginObject().name("data").beginArray();
        all.stream().skip((page - 1) * limit).limit(limit).forEach(channel -> {
            JsonWriter object = ChannelSpec.write(channel, json.beginObject());
            if (channels.unmoved(channel.name())) {
                object.field("unmoved", true);
            }
            object.endObject();
        });
        return json.endArray()
                .name("meta")
                .beginObject()
                .field("page", page)
                .field("limit", limit)
                .field("count", all.size())
                .field("hasnext", page * limit < all.size())
                .endObject()
                .endObject()
                .toString();
    }

    private String show(String name) throws ApiException {
        ChannelDefinition channel = known(name);
        Position position;
        try {
            position = channels.contents().position(name);
        } catch (ChannelException e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
        ChannelInfo info = await(infos.look(channel), name);
        return info.write(ChannelSpec.write(channel, new JsonWriter().beginObject()))
                .field("last_at", position.lastTimeMs() / MS_PER_SECOND)
                .field("digest", Long.toHexString(position.digest()))
                .endObject()
                .toString();
    }

    private void create(byte[] body, Reply reply) throws ApiException {
        if (JsonObject.isList(body)) {
            JsonReplies.send(reply, 200, create(ChannelSpec.readList(body)));
        } else {
            JsonReplies.send(reply, 201, create(ChannelSpec.read(body)));
        }
    }

    private String create(ChannelSpec spec) throws ApiException {
        requireOwner();
        try {
            ChannelDefinition made = channels.changes().create(spec.name(), spec.filter(), spec.settings());
            return ChannelSpec.write(made, new JsonWriter().beginObject())
                    .endObject()
                    .toString();
        } catch (ChannelException e) {
            throw refused(e);
        }
    }

    private void requireOwner() throws ApiException {
        if (cluster.administration().isPresent() && !channels.replicated()) {
            throw new ApiException(
                    409,
                    "CONFLICT",
                    "A node that can have others keeps channels together with them; expected"
                            + " cluster.channels.replicas = 3, or cluster.discovery = singleton");
        }
    }

    /** Creates several channels; the response states the outcome of each. */
    private String create(List<ChannelSpec> specs) throws ApiException {
        requireOwner();
        List<RegistryOp.Create> wanted = specs.stream()
                .map(spec -> new RegistryOp.Create(spec.name(), spec.filter(), spec.settings(), clock.millis()))
                .toList();
        List<Declared> answers;
        try {
            answers = channels.changes().createAll(wanted);
        } catch (ChannelException e) {
            throw refused(e);
        }
        JsonWriter json = new JsonWriter().beginObject().name("data").beginArray();
        for (int i = 0; i < answers.size(); i++) {
            write(answers.get(i), json.beginObject().field("name", wanted.get(i).name()))
                    .endObject();
        }
        return json.endArray()
                .name("meta")
                .beginObject()
                .field("created", count(answers, each -> each instanceof Declared.Here here && here.made()))
                .field("existing", count(answers, each -> each instanceof Declared.Here here && !here.made()))
                .field("refused", count(answers, Declared.Refused.class::isInstance))
                .field("unknown", count(answers, Declared.Unknown.class::isInstance))
                .endObject()
                .endObject()
                .toString();
    }

    private static JsonWriter write(Declared answer, JsonWriter object) {
        if (answer instanceof Declared.Refused refused) {
            return object.field("code", "CONFLICT").field("message", refused.reason());
        }
        if (answer instanceof Declared.Unknown unknown) {
            return object.field("code", "SERVICE_UNAVAILABLE").field("message", unknown.reason());
        }
        return object.field(((Declared.Here) answer).made() ? "created" : "exists", true);
    }

    private static long count(List<Declared> answers, Predicate<Declared> which) {
        return answers.stream().filter(which).count();
    }

    private void delete(String name) throws ApiException {
        known(name);
        try {
            channels.changes().delete(name);
        } catch (ChannelException e) {
            throw refused(e);
        }
    }

    /** Maps a failed change: a refusal is a conflict; after any other failure the outcome is unknown. */
    private static ApiException refused(ChannelException failure) {
        String why = String.valueOf(failure.getMessage());
        return failure.getCause() instanceof ChannelException
                ? new ApiException(409, "CONFLICT", why)
                : ApiException.unavailable(why);
    }

    private String messages(String name, Request request) throws ApiException {
        Map<String, String> parameters = request.parameters();
        JsonObject.check("parameter", parameters.keySet(), PAGE_PARAMETERS);
        PageRequest wanted = PageRequest.of(
                parameters.get("from_seq"),
                parameters.get("to_seq"),
                parameters.get("limit"),
                parameters.get("payload"));
        ChannelPage page = await(pages.read(known(name), wanted, PAGE_BYTES_MAX), name);
        return MessageJson.page(name, page, wanted.payload(), clock.millis());
    }

    private String sync(Request request) throws ApiException {
        MessageSync sync = MessageSync.read(request.body().getBytes(StandardCharsets.UTF_8));
        ChannelPage page = await(sync.answer(pages, known(sync.channel()), PAGE_BYTES_MAX), sync.channel());
        return sync.json(page, clock.millis());
    }

    private ChannelDefinition known(String name) throws ApiException {
        ChannelDefinition channel = channels.find(name);
        if (channel == null) {
            throw ApiException.noChannel(name);
        }
        return channel;
    }

    private static <T> T await(CompletionStage<T> stage, String channel) throws ApiException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChannelGoneException) {
                throw ApiException.noChannel(channel);
            }
            log.warn("Cannot read a channel channel={}", channel, e.getCause());
            throw ApiException.unavailable("Channel " + channel + " cannot be read, see the node's log");
        } catch (TimeoutException e) {
            throw ApiException.unavailable("The channels did not answer within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("The node stops");
        }
    }
}
