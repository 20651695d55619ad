/** Authentication with a file of password hashes, and authorization with a rule file in the format of EMQ's acl.conf. */
@NullMarked
package io.wkmq.plugins.authfile;

import org.jspecify.annotations.NullMarked;
