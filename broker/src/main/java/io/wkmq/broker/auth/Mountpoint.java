package io.wkmq.broker.auth;

import io.wkmq.plugins.api.ClientInfo;
import org.jspecify.annotations.Nullable;

/** Expands {@code %c} and {@code %u} in the prefix of a client's topics. */
final class Mountpoint {
    private Mountpoint() {}

    /**
     * Returns the topic prefix of this client. Returns null if it would not be the client's alone: the client lacks the user
     * name needed, or a name contains a level separator or a wildcard and so would reach the topics of others.
     */
    static @Nullable String expand(String template, ClientInfo client) {
        StringBuilder prefix = new StringBuilder(template.length() + 16);
        int from = 0;
        for (int at = template.indexOf('%'); at >= 0; at = template.indexOf('%', from)) {
            prefix.append(template, from, at);
            char placeholder = at + 1 < template.length() ? template.charAt(at + 1) : '%';
            from = at + 2;
            switch (placeholder) {
                case 'c' -> {
                    if (!oneLevel(client.clientId())) {
                        return null;
                    }
                    prefix.append(client.clientId());
                }
                case 'u' -> {
                    String userName = client.userName();
                    if (userName == null || !oneLevel(userName)) {
                        return null;
                    }
                    prefix.append(userName);
                }
                default -> {
                    prefix.append('%');
                    from = at + 1;
                }
            }
        }
        return prefix.append(template, from, template.length()).toString();
    }

    private static boolean oneLevel(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '+' || c == '#' || c == 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
