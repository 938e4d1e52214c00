// The first page: its rows of faults and its list of cameras.
import "./faults.js";
import "./cameras.js";
