package io.wkmq.broker.api;

import io.wkmq.broker.http.HttpService;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.Request;
import io.wkmq.broker.http.TokenFile;
import io.wkmq.broker.http.Workers;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelGoneException;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.engine.ScrubReport;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.registry.ChannelDefinition;
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
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels over HTTP, for those who show the token of {@code wkctl}: {@code /api/v1/channels}, with the manners of EMQX's API, and
 * {@code /channel/messagesync}, as WuKongIM has it, and {@code /cluster/sync/force}. Answers are JSON, errors too. An answer is in memory as a whole, so its size is
 * bounded, and how many are made at once. Thread-safe.
 */
public final class ChannelsApi implements HttpService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChannelsApi.class);

    private static final String CHANNELS = "/api/v1/channels";
    private static final String SYNC = "/channel/messagesync";
    private static final String FORCE = "/cluster/sync/force";
    private static final Set<String> FORCE_FIELDS = Set.of("channel");
    private static final int WORKERS_MAX = 4;
    private static final long PATIENCE_SECONDS = 30;
    private static final long PAGE_BYTES_MAX = 4 << 20;
    private static final int LIST_DEFAULT = 100;
    private static final long MS_PER_SECOND = 1000;
    private static final long WARNED_EVERY_MS = 60_000;
    private static final Set<String> LIST_PARAMETERS = Set.of("page", "limit");
    private static final Set<String> PAGE_PARAMETERS = Set.of("from_seq", "to_seq", "limit", "payload");

    private final NodeChannels channels;
    private final Cluster cluster;
    private final TokenFile token;
    private final Clock clock;
    private final ChannelPages pages;
    private final ChannelInfos infos;
    private final AtomicLong warnedAtMs = new AtomicLong();
    private final Workers workers = new Workers("wkmq-api", WORKERS_MAX);

    /** The API of these channels. */
    public ChannelsApi(NodeChannels channels, Cluster cluster, TokenFile token, Clock clock) {
        this.channels = channels;
        this.cluster = cluster;
        this.token = token;
        this.clock = clock;
        this.pages = new ChannelPages(channels);
        this.infos = new ChannelInfos(channels, System::nanoTime);
    }

    @Override
    public void serve(Request request, Reply reply) {
        if (!token.shownBy(request)) {
            warn(request.path());
            send(
                    reply,
                    401,
                    ErrorJson.of("UNAUTHORIZED", "Expected 'Authorization: Bearer <token>' with the token of wkctl"),
                    Map.of("WWW-Authenticate", "Bearer"));
        } else if (!workers.offer(() -> answer(request, reply))) {
            fail(reply, ApiException.unavailable("Too many requests at once, try again later"));
        }
    }

    /** At most once a minute: who has no token may ask as often as he likes. */
    private void warn(String path) {
        long now = clock.millis();
        long last = warnedAtMs.get();
        if (now - last >= WARNED_EVERY_MS && warnedAtMs.compareAndSet(last, now)) {
            log.warn("Requests to the API are refused: they do not show the token path={}", path);
        }
    }

    private void answer(Request request, Reply reply) {
        try {
            route(request, reply);
        } catch (ApiException e) {
            fail(reply, e);
        } catch (IllegalArgumentException e) {
            fail(reply, ApiException.badRequest(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            log.error("A request to the API failed path={}", request.path(), e);
            fail(reply, new ApiException(500, "INTERNAL_ERROR", "The request failed, see the node's log"));
        }
    }

    private void route(Request request, Reply reply) throws ApiException {
        String path = request.path();
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        boolean posts = request.method().equals("POST");
        if (path.equals(SYNC)) {
            if (posts) {
                send(reply, 200, sync(request));
            } else {
                refuseMethod(request, reply, "POST");
            }
        } else if (path.equals(FORCE)) {
            if (posts) {
                send(reply, 200, force(request));
            } else {
                refuseMethod(request, reply, "POST");
            }
        } else if (path.equals(CHANNELS)) {
            if (reads) {
                send(reply, 200, list(request));
            } else if (posts) {
                send(reply, 201, create(request));
            } else {
                refuseMethod(request, reply, "GET, HEAD, POST");
            }
        } else if (path.startsWith(CHANNELS + '/')) {
            routeBelow(path.substring(CHANNELS.length() + 1), reads, request, reply);
        } else {
            throw new ApiException(
                    404, "NOT_FOUND", "There is no " + path + "; expected " + CHANNELS + ", " + SYNC + " or " + FORCE);
        }
    }

    private void routeBelow(String path, boolean reads, Request request, Reply reply) throws ApiException {
        int slash = path.indexOf('/');
        String name = slash < 0 ? path : path.substring(0, slash);
        if (slash < 0) {
            if (reads) {
                send(reply, 200, show(name));
            } else if (request.method().equals("DELETE")) {
                delete(name);
                send(reply, 204, "");
            } else {
                refuseMethod(request, reply, "GET, HEAD, DELETE");
            }
        } else if (path.substring(slash).equals("/messages")) {
            if (reads) {
                send(reply, 200, messages(name, request));
            } else {
                refuseMethod(request, reply, "GET, HEAD");
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
        all.stream()
                .skip((page - 1) * limit)
                .limit(limit)
                .forEach(channel ->
                        ChannelSpec.write(channel, json.beginObject()).endObject());
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
            position = channels.position(name);
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

    private String create(Request request) throws ApiException {
        ChannelSpec spec = ChannelSpec.read(request.body().getBytes(StandardCharsets.UTF_8));
        if (cluster.administration().isPresent() && !channels.replicated()) {
            throw new ApiException(
                    409,
                    "CONFLICT",
                    "A node that can have others keeps channels together with them; expected"
                            + " cluster.channels.replicas = 3, or cluster.discovery = singleton");
        }
        try {
            ChannelDefinition made = channels.create(spec.name(), spec.filter(), spec.settings());
            return ChannelSpec.write(made, new JsonWriter().beginObject())
                    .endObject()
                    .toString();
        } catch (ChannelException e) {
            throw refused(e);
        }
    }

    private void delete(String name) throws ApiException {
        known(name);
        try {
            channels.delete(name);
        } catch (ChannelException e) {
            throw refused(e);
        }
    }

    /** What was refused cannot be; of the rest nobody knows. */
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

    /** Has this node's replicas looked through, and repaired from the other nodes. */
    private String force(Request request) throws ApiException {
        byte[] body = request.body().getBytes(StandardCharsets.UTF_8);
        String name =
                body.length == 0 ? null : JsonObject.read(body, FORCE_FIELDS).field("channel");
        if (name != null) {
            known(name);
        }
        try {
            ScrubReport report = channels.scrub(name);
            return new JsonWriter()
                    .beginObject()
                    .field("state", report.done() ? "done" : "running")
                    .field("channels", report.channels())
                    .field("bytes", report.bytes())
                    .field("damaged", report.damaged())
                    .field("repaired", report.repaired())
                    .endObject()
                    .toString();
        } catch (ChannelException e) {
            throw ApiException.unavailable(String.valueOf(e.getMessage()));
        }
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
            log.warn("A channel cannot be read channel={}", channel, e.getCause());
            throw ApiException.unavailable("Channel " + channel + " cannot be read, see the node's log");
        } catch (TimeoutException e) {
            throw ApiException.unavailable("The channels did not answer within " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("The node stops");
        }
    }

    private static void refuseMethod(Request request, Reply reply, String allowed) {
        String why = "The method is " + request.method() + "; expected " + allowed;
        send(reply, 405, ErrorJson.of("METHOD_NOT_ALLOWED", why), Map.of("Allow", allowed));
    }

    private static void fail(Reply reply, ApiException failure) {
        send(reply, failure.status(), ErrorJson.of(failure.code(), failure.text()));
    }

    private static void send(Reply reply, int status, String json) {
        send(reply, status, json, Map.of());
    }

    private static void send(Reply reply, int status, String json, Map<String, String> headers) {
        byte[] body = json.isEmpty() ? new byte[0] : (json + '\n').getBytes(StandardCharsets.UTF_8);
        reply.send(status, "application/json", body, headers);
    }

    /** Interrupts what runs. */
    @Override
    public void close() {
        workers.close();
    }
}
