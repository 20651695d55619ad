package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address in external notation.
 *
 * @param host a host name or an IP address
 * @param port the port; 0 if none was given
 */
public record HostPort(String host, int port) {
    private static final int SHOWN_MAX = 80;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:%-]{1,253}");
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]*)\\](?::(\\d{1,5}))?");
    private static final Pattern ONE_COLON = Pattern.compile("([^:]*):(\\d{1,5})");

    /** Validates both. */
    public HostPort {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "'" + shown(host) + "' is no host; expected a host name or an IP address");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("Port " + port + " of " + host + "; expected 1 to 65535");
        }
    }

    /**
     * Parses {@code host}, {@code host:port}, {@code [ipv6]:port} or a bare IPv6 address.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static HostPort parse(String text) {
        Matcher brackets = BRACKETS.matcher(text);
        if (brackets.matches()) {
            return new HostPort(brackets.group(1), port(brackets.group(2)));
        }
        Matcher oneColon = ONE_COLON.matcher(text);
        if (oneColon.matches()) {
            return new HostPort(oneColon.group(1), port(oneColon.group(2)));
        }
        boolean lostPort = text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':');
        if (lostPort) {
            throw new IllegalArgumentException("'" + shown(text) + "' is no address; expected host:port");
        }
        return new HostPort(text, 0);
    }

    /** Returns the address, with {@code defaultPort} if no port was given. */
    public SeedAddress address(int defaultPort) {
        return new SeedAddress(host, port == 0 ? defaultPort : port);
    }

    private static int port(@Nullable String digits) {
        if (digits == null) {
            return 0;
        }
        int port = Integer.parseInt(digits);
        if (port == 0) {
            throw new IllegalArgumentException("Port 0; expected 1 to 65535");
        }
        return port;
    }

    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= SHOWN_MAX ? printable : printable.substring(0, SHOWN_MAX) + "...";
    }
}
