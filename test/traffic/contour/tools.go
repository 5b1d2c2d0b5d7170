//go:build tools

// Package contour names the program that the tests build of its module.
package contour

import _ "github.com/projectcontour/contour/cmd/contour"
